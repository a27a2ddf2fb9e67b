import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { IMAGE_PREFIX } from '../../core/keys/image-key.ts';
import type { Database } from '../database/database.ts';
import { StorageBusyError, StorageDamagedError } from '../errors.ts';
import { makePrivateFile } from '../private-files.ts';
import { isBusy, storageError } from '../storage-errors.ts';

/** A content that a database names, and by which objects. */
export interface NamedContent {
  readonly sha256: string;
  readonly bytes: number;
  /** One of the keys that have it. */
  readonly key: string;
}

/** How much a database names. */
export interface Holdings {
  readonly exams: number;
  readonly images: number;
  readonly versions: number;
  readonly contents: number;
  readonly bytes: number;
}

/** Whether a database comes from a backup: was saved in it, or restored from it, and went on since. */
export function comesFrom(database: Database, backup: string): boolean {
  return database.get('SELECT 1 FROM snapshots WHERE id = ?', backup) !== undefined;
}

/**
 * Saves a database as it is at one moment, without keeping its writers waiting. Removed rows are not in it.
 *
 * @param file where; there is none yet
 * @returns the snapshot's id, which the saved database and the present one both know
 */
export async function takeSnapshot(database: Database, file: string, at: Date): Promise<string> {
  const id = randomUUID();
  await rm(file, { force: true });
  await database.write('durable', () =>
    database.run('INSERT INTO snapshots (id, at) VALUES (?, ?)', id, at.toISOString()),
  );
  // SQLite writes into an empty file that is there, with the rights that it has.
  makePrivateFile(file);
  database.saveAs(file);
  // SQLite leaves it to the system when this gets onto the disk.
  const handle = await open(file, 'r');
  await handle.sync();
  await handle.close();
  return id;
}

/** Reads a saved database, which has no writer. */
export class SavedDatabase {
  readonly #connection: DatabaseSync;
  readonly #directory: string;

  constructor(file: string, directory: string) {
    this.#directory = directory;
    this.#connection = new DatabaseSync(file, { readOnly: true });
  }

  /** @throws StorageDamagedError if SQLite finds any fault in it */
  check(): void {
    let found: unknown;
    try {
      found = this.#connection.prepare('PRAGMA integrity_check(1)').get()?.integrity_check;
    } catch (error) {
      if (isBusy(error)) throw new StorageBusyError(String(error));
      throw storageError(error, this.#directory);
    }
    if (found !== 'ok') {
      throw new StorageDamagedError(
        `The database of the backup in "${this.#directory}" is damaged: ${String(found)}. Take an older backup.`,
      );
    }
  }

  /** Every different content, in the order of their hashes. */
  *contents(): Generator<NamedContent> {
    const rows = this.#connection
      .prepare(
        `SELECT sha256, max(bytes) AS bytes, min(key) AS key FROM object_versions
         WHERE sha256 IS NOT NULL GROUP BY sha256 ORDER BY sha256`,
      )
      .iterate();
    for (const { sha256, bytes, key } of rows)
      yield { sha256: String(sha256), bytes: Number(bytes), key: String(key) };
  }

  holdings(): Holdings {
    const count = (sql: string, ...parameters: readonly string[]): number =>
      Number(this.#connection.prepare(sql).get(...parameters)?.count);
    const different = 'SELECT DISTINCT sha256, bytes FROM object_versions WHERE sha256 IS NOT NULL';
    return {
      exams: count('SELECT count(*) AS count FROM exams'),
      images: count(
        `SELECT count(*) AS count FROM object_versions
         WHERE sha256 IS NOT NULL AND substr(key, 1, length(?1)) = ?1`,
        IMAGE_PREFIX,
      ),
      versions: count('SELECT count(*) AS count FROM object_versions WHERE sha256 IS NOT NULL'),
      contents: count(`SELECT count(*) AS count FROM (${different})`),
      bytes: count(`SELECT coalesce(sum(bytes), 0) AS count FROM (${different})`),
    };
  }

  close(): void {
    this.#connection.close();
  }
}
