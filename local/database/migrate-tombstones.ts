import type { DatabaseSync } from 'node:sqlite';

/** What is left of erased patients, for a time. No pseudonym stands in it. */
const TOMBSTONES = `
CREATE TABLE IF NOT EXISTS tombstones (
  patient TEXT PRIMARY KEY,           -- keyed hash of program and patient
  erasure TEXT NOT NULL,              -- id of the latest erasure
  ends_at INTEGER NOT NULL            -- milliseconds since 1970
) STRICT, WITHOUT ROWID;
`;

/** Until format 4 an erasure left nothing by which a late writer could be told from a new one. */
export function migrateTombstones(database: DatabaseSync): void {
  database.exec(TOMBSTONES);
}
