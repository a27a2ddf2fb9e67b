import { Database } from '../database/database.ts';
import type { JournalSegments } from '../journal/journal-segments.ts';
import type { JournaledVersion } from '../journal/version-line.ts';

/** Rows written in one transaction. */
const ROWS_AT_ONCE = 1_000;

/**
 * Makes a new database whose index of objects is what the store's journal says: the same versions, in the same order.
 *
 * @param file where it is made; there is none yet
 * @returns how many lines of the journal could not be read
 */
export async function indexFromJournal(
  file: string,
  directory: string,
  segments: JournalSegments,
): Promise<number> {
  const database = new Database(file, directory);
  try {
    let unreadable = 0;
    let pending: JournaledVersion[] = [];
    const store = async () => {
      const part = pending;
      pending = [];
      await database.write('relaxed', () => {
        for (const version of part) insert(database, version);
      });
    };
    for (const segment of segments.all()) {
      const read = segments.read(segment);
      unreadable += read.unreadable;
      pending.push(...read.versions);
      if (pending.length >= ROWS_AT_ONCE) await store();
    }
    await store();
    await database.write('durable', () =>
      database.run(
        `UPDATE object_versions SET latest = 1
         WHERE sequence IN (SELECT max(sequence) FROM object_versions GROUP BY key)`,
      ),
    );
    return unreadable;
  } finally {
    database.close();
  }
}

function insert(database: Database, version: JournaledVersion): void {
  const { sequence, key, versionId, sha256, bytes, contentType, metadata, lastModified } = version;
  database.run(
    `INSERT INTO object_versions
       (sequence, key, version_id, latest, sha256, bytes, content_type, metadata, last_modified)
     VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?)`,
    ...[sequence, key, versionId, sha256, bytes, contentType, JSON.stringify(metadata), lastModified],
  );
}
