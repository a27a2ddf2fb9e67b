import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ObjectVersion, StoredObject } from '../../core/ports/index.ts';
import type { Database, Row } from '../database/database.ts';
import { StorageDamagedError } from '../errors.ts';

/** What is stored of a new version. */
export interface NewVersion {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A version as it was stored, and its place in the order of all writes. */
export interface AddedVersion {
  readonly object: StoredObject;
  readonly sequence: number;
}

/** Where a version stands in the order of keys and ages. */
export interface VersionPlace {
  readonly key: string;
  readonly sequence: number;
}

const rowSchema = z.object({
  key: z.string(),
  version_id: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  content_type: z.string(),
  metadata: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.record(z.string(), z.string())),
  last_modified: z.number(),
  sequence: z.number(),
});

const COLUMNS = 'key, version_id, sha256, bytes, content_type, metadata, last_modified, sequence';

/** Told, inside the transaction, of each version that is added or removed. */
export interface VersionsFollower {
  note(sequence: number): void;
}

/** The index of all versions. Methods that change it run inside a transaction. */
export class ObjectVersions {
  readonly #database: Database;
  readonly #follower: VersionsFollower;

  constructor(database: Database, follower: VersionsFollower) {
    this.#database = database;
    this.#follower = follower;
  }

  /** @returns `undefined` if there is no such version or it is a delete marker */
  find(key: string, versionId?: string): StoredObject | undefined {
    const row =
      versionId === undefined
        ? this.#database.get(`SELECT ${COLUMNS} FROM object_versions WHERE key = ? AND latest = 1`, key)
        : this.#database.get(
            `SELECT ${COLUMNS} FROM object_versions WHERE key = ? AND version_id = ?`,
            key,
            versionId,
          );
    return row === undefined || row.sha256 === null ? undefined : this.#object(row);
  }

  /** Latest versions that are not delete markers, in the order of their keys, from a prefix on. */
  *from(
    prefix: string,
    after: string | undefined,
  ): Generator<Pick<StoredObject, 'key' | 'bytes' | 'lastModified'>> {
    const rows = this.#database.each(
      `SELECT key, bytes, last_modified FROM object_versions
       WHERE key >= ? AND key > ? AND latest = 1 AND sha256 IS NOT NULL ORDER BY key`,
      prefix,
      after ?? '',
    );
    for (const row of rows) {
      const key = String(row.key);
      if (!key.startsWith(prefix)) return;
      yield { key, bytes: Number(row.bytes), lastModified: new Date(Number(row.last_modified)) };
    }
  }

  /** Versions and delete markers behind a place, in the order of their keys, those of one key newest first. */
  *all(prefix: string, after: VersionPlace | undefined): Generator<ObjectVersion & VersionPlace> {
    const [key, sequence] = [after?.key ?? prefix, after?.sequence ?? Number.MAX_SAFE_INTEGER];
    const rows = this.#database.each(
      `SELECT key, version_id, sha256, bytes, last_modified, sequence FROM object_versions INDEXED BY object_versions_in_order
       WHERE key >= ? AND (key > ? OR sequence < ?) ORDER BY key, sequence DESC`,
      key,
      key,
      sequence,
    );
    for (const row of rows) {
      const found = String(row.key);
      if (!found.startsWith(prefix)) return;
      yield {
        key: found,
        versionId: String(row.version_id),
        bytes: Number(row.bytes),
        lastModified: new Date(Number(row.last_modified)),
        isDeleteMarker: row.sha256 === null,
        sequence: Number(row.sequence),
      };
    }
  }

  /** Adds a version, which becomes the latest. `lastModified` never goes back within a key, whatever the clock does. */
  add(version: NewVersion, now: number): AddedVersion {
    const { key, sha256, bytes, contentType, metadata } = version;
    return this.#insert(key, { sha256, bytes, contentType, metadata }, now);
  }

  /** Hides the key behind a delete marker, if it holds an object. */
  addDeleteMarker(key: string, now: number): void {
    if (this.find(key) === undefined) return;
    this.#insert(key, { sha256: null, bytes: 0, contentType: '', metadata: {} }, now);
  }

  /** Removes one version; the one before it becomes the latest. Notes its content where no version has it any more. */
  remove(key: string, versionId: string): void {
    const row = this.#database.get(
      'SELECT sequence, sha256, latest FROM object_versions WHERE key = ? AND version_id = ?',
      key,
      versionId,
    );
    if (row === undefined) return;
    this.#database.run('DELETE FROM object_versions WHERE sequence = ?', row.sequence ?? 0);
    this.#follower.note(Number(row.sequence));
    if (row.latest === 1) {
      this.#database.run(
        `UPDATE object_versions SET latest = 1
         WHERE sequence = (SELECT max(sequence) FROM object_versions WHERE key = ?)`,
        key,
      );
    }
    if (typeof row.sha256 === 'string' && !this.isReferenced(row.sha256)) this.noteUnreferenced(row.sha256);
  }

  isReferenced(sha256: string): boolean {
    return this.#database.get('SELECT 1 FROM object_versions WHERE sha256 = ? LIMIT 1', sha256) !== undefined;
  }

  noteUnreferenced(sha256: string): void {
    this.#database.run('INSERT OR IGNORE INTO unreferenced_contents (sha256) VALUES (?)', sha256);
  }

  unreferenced(): string[] {
    return this.#database.all('SELECT sha256 FROM unreferenced_contents').map((row) => String(row.sha256));
  }

  forgetUnreferenced(sha256: string): void {
    this.#database.run('DELETE FROM unreferenced_contents WHERE sha256 = ?', sha256);
  }

  #insert(
    key: string,
    content: Omit<NewVersion, 'key' | 'sha256'> & { readonly sha256: string | null },
    now: number,
  ): AddedVersion {
    const { sha256, bytes, contentType, metadata } = content;
    const latest = this.#database.get(
      'SELECT last_modified FROM object_versions WHERE key = ? AND latest = 1',
      key,
    );
    const lastModified = Math.max(now, Number(latest?.last_modified ?? 0));
    this.#database.run('UPDATE object_versions SET latest = 0 WHERE key = ? AND latest = 1', key);
    const versionId = randomBytes(16).toString('hex');
    const added = this.#database.get(
      `INSERT INTO object_versions
         (key, version_id, latest, sha256, bytes, content_type, metadata, last_modified)
       VALUES (?, ?, 1, ?, ?, ?, ?, ?) RETURNING sequence`,
      key,
      versionId,
      sha256,
      bytes,
      contentType,
      JSON.stringify(metadata),
      lastModified,
    );
    const sequence = Number(added?.sequence);
    this.#follower.note(sequence);
    const object = { key, versionId, bytes, sha256: sha256 ?? '', contentType, metadata, sequence };
    return { object: { ...object, lastModified: new Date(lastModified) }, sequence };
  }

  #object(row: Row): StoredObject {
    try {
      const { version_id, content_type, last_modified, ...rest } = rowSchema.parse(row);
      return {
        ...rest,
        versionId: version_id,
        contentType: content_type,
        lastModified: new Date(last_modified),
      };
    } catch (error) {
      throw new StorageDamagedError(
        `What data folder "${this.#database.directory}" holds about object "${String(row.key)}" is damaged. Upload the object again, or restore a backup: retclip restore.`,
        { cause: error },
      );
    }
  }
}
