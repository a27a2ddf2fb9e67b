import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE_PREFIX } from '../../core/keys/image-key.ts';
import type { DataFolder } from '../data-folder.ts';
import type { Database } from '../database/database.ts';
import { DatabaseBehindStoreError, type StandOfStore } from '../errors.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';
import { type JournalSegments, segmentOf } from './journal-segments.ts';
import type { JournaledVersion } from './version-line.ts';

const CONTENT_FOLDER = /^[0-9a-f]{2}$/;

/** `true` if any content is stored in a folder, whether or not anything names it. */
export function holdsContents(folder: DataFolder): boolean {
  return readdirSync(folder.contents)
    .filter((name) => CONTENT_FOLDER.test(name))
    .some((name) => readdirSync(join(folder.contents, name)).length > 0);
}

/** The newest file of the journal that holds a version. */
function newestVersions(segments: JournalSegments): readonly JournaledVersion[] {
  for (const segment of segments.all().reverse()) {
    const { versions } = segments.read(segment);
    if (versions.length > 0) return versions;
  }
  return [];
}

/** What the store holds beyond a place in the order of writes. */
function standOf(segments: JournalSegments, after: number): StandOfStore {
  let objects = 0;
  let photographs = 0;
  let latest = 0;
  for (const segment of segments.all()) {
    if (segment < segmentOf(after)) continue;
    for (const { sequence, key, sha256, lastModified } of segments.read(segment).versions) {
      if (sequence <= after) continue;
      objects += 1;
      if (key.startsWith(IMAGE_PREFIX) && sha256 !== null) photographs += 1;
      latest = Math.max(latest, lastModified);
    }
  }
  return { objects, photographs, latest };
}

/**
 * Sees that a store is not one without its database: contents and no database file. Looks at the store first: a process
 * that stores the first content has made the database before.
 *
 * @param hasDatabase whether the database's file is there; asked after the store was looked at
 * @throws DatabaseBehindStoreError
 */
export function refuseWithoutDatabase(
  folder: DataFolder,
  segments: JournalSegments,
  hasDatabase: () => boolean,
): void {
  if (!holdsContents(folder) && segments.all().length === 0) return;
  if (hasDatabase()) return;
  throw new DatabaseBehindStoreError(folder.directory, 'missing', standOf(segments, 0));
}

/** How far a database has come in the order of writes; 0 if it never held an object. */
function lastSequence(database: Database): number {
  return Number(database.get("SELECT seq FROM sqlite_sequence WHERE name = 'object_versions'")?.seq ?? 0);
}

function isKnown(database: Database, { sequence, versionId }: JournaledVersion): boolean {
  const row = database.get('SELECT version_id FROM object_versions WHERE sequence = ?', sequence);
  if (row !== undefined) return row.version_id === versionId;
  // Removed, and a crash came before the journal said so.
  return database.get('SELECT 1 FROM unjournaled_versions WHERE sequence = ?', sequence) !== undefined;
}

/**
 * Sees that a database is the one that belongs to its store, within a transaction. An older one does not know the
 * newest versions, another folder's knows others in their place.
 *
 * @throws DatabaseBehindStoreError
 */
export function checkJournal(folder: DataFolder, database: Database, segments: JournalSegments): void {
  const newest = newestVersions(segments);
  const known = lastSequence(database);
  const last = newest.at(-1);
  if (last === undefined) {
    // A store of today has a folder for its journal before it has its first content.
    const isFormer = !existsSync(folder.versions);
    if (isFormer && known === 0 && holdsContents(folder))
      throw new DatabaseBehindStoreError(folder.directory, 'empty', standOf(segments, 0));
    if (isFormer) mkdirSync(folder.versions, { mode: PRIVATE_FOLDER });
    // The journal was lost, or there never was one.
    database.run('INSERT OR IGNORE INTO unjournaled_versions SELECT sequence FROM object_versions');
    return;
  }
  if (last.sequence > known) {
    const state = known === 0 ? 'empty' : 'older';
    throw new DatabaseBehindStoreError(folder.directory, state, standOf(segments, known));
  }
  if (!newest.every((version) => isKnown(database, version)))
    throw new DatabaseBehindStoreError(folder.directory, 'another', standOf(segments, 0));
}
