import type { DatabaseSync } from 'node:sqlite';
import { DataFolderError } from '../errors.ts';
import { migrateExams } from './migrate-exams.ts';
import { migrateFolderClock } from './migrate-folder-clock.ts';
import { migrateMessageExpiry } from './migrate-message-expiry.ts';
import { migrateStoreJournal } from './migrate-store-journal.ts';
import { migrateTombstones } from './migrate-tombstones.ts';

/** Marks a database as ours in its header: "RCLP". */
const APPLICATION_ID = 0x52_43_4c_50;

/** Counts the changes of the tables. A folder of a newer version is refused, one of an older is migrated here. */
export const SCHEMA_VERSION = 4;

/** The format that `TABLES` makes; what later formats added is added by their migrations, to new databases as well. */
const TABLES_VERSION = 3;

const OBJECT_VERSIONS_IN_ORDER =
  'CREATE INDEX object_versions_in_order ON object_versions (key, sequence DESC);';

/** Both indexes by which exams are listed hold the facts as well, so that a filter need not touch the records. */
const EXAMS = `
CREATE TABLE exams (
  id INTEGER PRIMARY KEY,
  program TEXT NOT NULL,
  patient TEXT NOT NULL,
  exam TEXT NOT NULL,
  revision INTEGER NOT NULL,
  listing TEXT NOT NULL,
  listed_at TEXT NOT NULL,            -- instant, patient and exam
  work_list TEXT,                     -- stage and outcome; NULL: nobody is to read it
  due_at TEXT,                        -- deadline, patient and exam
  facts TEXT NOT NULL,                -- what lists are filtered and counted by
  record TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX exams_by_patient ON exams (program, patient, exam);
CREATE INDEX exams_by_listing ON exams (program, listing, listed_at, facts);
CREATE INDEX exams_by_work_list ON exams (program, work_list, due_at, facts) WHERE work_list IS NOT NULL;
`;

const TABLES = `
CREATE TABLE object_versions (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  version_id TEXT NOT NULL,
  latest INTEGER NOT NULL,
  sha256 TEXT,                        -- NULL: a delete marker
  bytes INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  metadata TEXT NOT NULL,
  last_modified INTEGER NOT NULL      -- milliseconds since 1970
) STRICT;
CREATE UNIQUE INDEX object_versions_by_id ON object_versions (key, version_id);
CREATE UNIQUE INDEX object_versions_latest ON object_versions (key) WHERE latest = 1;
CREATE INDEX object_versions_by_content ON object_versions (sha256);
${OBJECT_VERSIONS_IN_ORDER}
CREATE TABLE unreferenced_contents (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  fair_group TEXT NOT NULL,           -- '': none
  visible_at INTEGER NOT NULL,        -- by the folder's clock
  receipt TEXT,                       -- of the delivery that holds the message; NULL: never delivered, or released
  receive_count INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,           -- milliseconds since 1970
  body TEXT NOT NULL,
  attributes TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_visibility ON messages (queue, visible_at);
CREATE INDEX messages_by_group ON messages (queue, fair_group, visible_at);
CREATE INDEX messages_on_loan ON messages (queue, fair_group, visible_at) WHERE receipt IS NOT NULL;

${EXAMS}

CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  event TEXT NOT NULL,
  UNIQUE (type, id)
) STRICT;
`;

function pragma(database: DatabaseSync, name: 'application_id' | 'user_version'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables === 0;
}

/** Format 1 listed exams by instant alone, had no work list, and listed no versions of objects. Step 3 lists them. */
function migrateFrom1(database: DatabaseSync): void {
  database.exec(`
    DROP INDEX exams_by_listing;
    DROP INDEX exams_by_patient;
    ALTER TABLE exams RENAME TO exams_1;
    ${EXAMS}
    INSERT INTO exams (program, patient, exam, revision, listing, listed_at, work_list, due_at, facts, record)
      SELECT program, patient, exam, revision, listing, '', NULL, NULL, '', record FROM exams_1;
    DROP TABLE exams_1;
    ${OBJECT_VERSIONS_IN_ORDER}
  `);
}

/**
 * Until format 4, removed rows stayed in free pages until these were used again. Run outside a transaction, before the
 * migration; a database that is migrated has none.
 */
export function dropFreePages(database: DatabaseSync): void {
  const version = pragma(database, 'user_version');
  const isOurs = pragma(database, 'application_id') === APPLICATION_ID;
  if (isOurs && version > 0 && version < 4) database.exec('VACUUM');
}

/** Brings an older database to this format, step by step. */
function migrate(database: DatabaseSync, version: number): void {
  if (version < 2) migrateFrom1(database);
  if (version < 3) migrateExams(database);
  if (version < 4) {
    migrateMessageExpiry(database);
    migrateTombstones(database);
    migrateFolderClock(database);
    migrateStoreJournal(database);
  }
  if (version < SCHEMA_VERSION) database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}

/**
 * Makes the tables of a new database, or checks that an existing one is ours and no newer than this program. Several
 * processes may do so at once.
 *
 * @throws DataFolderError
 */
export function prepareSchema(database: DatabaseSync, directory: string): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    if (isEmpty(database)) {
      database.exec(TABLES);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${TABLES_VERSION}`);
    }
    if (pragma(database, 'application_id') !== APPLICATION_ID) {
      throw new DataFolderError(
        `The database in "${directory}" belongs to another program. Choose an empty folder, or a data folder made by retclip.`,
      );
    }
    const version = pragma(database, 'user_version');
    if (version > SCHEMA_VERSION) {
      throw new DataFolderError(
        `Data folder "${directory}" has format ${version}, but this program knows formats up to ${SCHEMA_VERSION}. Use the newer program that made it.`,
      );
    }
    migrate(database, version);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
