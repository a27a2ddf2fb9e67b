import type { DatabaseSync } from 'node:sqlite';

const UNJOURNALED = `
CREATE TABLE unjournaled_versions (sequence INTEGER PRIMARY KEY) STRICT; -- added or removed, and the journal does not say so yet
`;

/**
 * Until format 4 the database alone knew what the store holds. Every version is noted for the journal of the store,
 * which is written when the folder is opened. Done twice, it changes nothing.
 */
export function migrateStoreJournal(database: DatabaseSync): void {
  const found = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'unjournaled_versions'").get();
  if (found !== undefined) return;
  database.exec(UNJOURNALED);
  database.exec('INSERT INTO unjournaled_versions SELECT sequence FROM object_versions');
  // What people have said was in the database alone as well.
  database.exec('CREATE TABLE unkept_exams (id INTEGER PRIMARY KEY) STRICT');
  database.exec(
    `INSERT INTO unkept_exams SELECT id FROM exams WHERE json_valid(record)
       AND (json_array_length(record, '$.reviews') > 0 OR instr(record, '"withdrawal"') > 0)`,
  );
  // Ids of the backups that this database was saved in, or comes from.
  database.exec('CREATE TABLE snapshots (id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID');
}
