import {
  ChecksumMismatchError,
  ObjectChangedError,
  ObjectExistsError,
  ObjectNotFoundError,
} from '../../core/errors.ts';
import type {
  GetOptions,
  ObjectStore,
  ObjectVersion,
  Page,
  PageRequest,
  PresignedUpload,
  PutOptions,
  StoredObject,
  UploadIntent,
} from '../../core/ports/index.ts';
import { checkKey, checkMetadata, checkSha256, rangeWithin } from '../../core/ports/object-arguments.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import type { SteadyClock } from '../clock/folder-clock.ts';
import type { Database } from '../database/database.ts';
import { LocalError, StorageDamagedError, StorageFullError } from '../errors.ts';
import type { VersionJournal } from '../journal/version-journal.ts';
import type { FreeRoom } from '../room/free-room.ts';
import { type ContentFiles, sha256Of } from './content-files.ts';
import { type ExpectedContent, receiveContent } from './incoming-content.ts';
import { type AddedVersion, type NewVersion, ObjectVersions } from './object-versions.ts';
import { presignUpload } from './presigned-upload.ts';

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';
/** A content can be swept away between its write and its version's at most as often as somebody deletes it. */
const PUT_ATTEMPTS = 10;

export interface LocalObjectStoreParts {
  readonly database: Database;
  readonly contents: ContentFiles;
  readonly journal: VersionJournal;
  /** Milliseconds since 1970: says when a version was stored, and decides nothing. */
  readonly now: () => number;
  /** By it permissions to upload end. */
  readonly clock: SteadyClock;
  readonly room: FreeRoom;
  readonly uploadSecret: Uint8Array;
  /** Where the host takes uploads. */
  readonly endpoint: () => string | undefined;
  /** Called in the transaction of every new version. */
  readonly onCreated: (added: AddedVersion) => void;
  /** Called after that transaction. */
  readonly onStored: (key: string) => void;
}

/**
 * Objects in one data folder: their contents in files, everything else in the database.
 *
 * ```
 * put:           content to its file, flushed ─▶ one transaction: content still there? version + notification
 *                ─▶ journal ─▶ done
 * deleteVersion: transaction 1: version away, content noted as unreferenced
 *                transaction 2: still unreferenced? file away, note away ─▶ journal ─▶ done
 * ```
 *
 * Whether a content's file may be relied on or removed is decided inside transactions only, which exclude each other
 * across processes. So a crash between two steps leaves at most a file that no version names: it stays until somebody
 * asks for its removal, since only the right database knows what nothing names.
 */
export class LocalObjectStore implements ObjectStore {
  readonly #parts: LocalObjectStoreParts;
  readonly #versions: ObjectVersions;

  constructor(parts: LocalObjectStoreParts) {
    this.#parts = parts;
    this.#versions = new ObjectVersions(parts.database, parts.journal);
  }

  async put(key: string, content: Uint8Array, options: PutOptions = {}): Promise<StoredObject> {
    const { contentType = DEFAULT_CONTENT_TYPE, metadata = {} } = options;
    checkKey(key);
    checkMetadata(key, metadata);
    if (options.sha256 !== undefined) checkSha256(key, options.sha256);
    const sha256 = sha256Of(content);
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new ChecksumMismatchError(key, options.sha256, sha256);
    }
    const version: NewVersion = { key, sha256, bytes: content.byteLength, contentType, metadata };
    this.#checkConditions(key, options);
    return this.#store(version, options, () => this.#parts.contents.write(sha256, content));
  }

  /**
   * Stores a content as it comes, without holding it in memory. Reading stops at the expected length.
   *
   * @throws UploadTooLongError, UploadCutShortError, ChecksumMismatchError if it is not what was expected
   * @throws StorageFullError if there is no room for it; nothing is stored
   */
  async putStream(
    key: string,
    chunks: AsyncIterable<Uint8Array>,
    options: PutOptions & Pick<ExpectedContent, 'bytes' | 'sha256'>,
  ): Promise<StoredObject> {
    const { contentType = DEFAULT_CONTENT_TYPE, metadata = {}, sha256, bytes } = options;
    checkKey(key);
    checkMetadata(key, metadata);
    checkSha256(key, sha256);
    const { contents, room } = this.#parts;
    this.#checkConditions(key, options);
    room.requireFor(bytes);
    await using incoming = await receiveContent(contents.folder, chunks, { key, bytes, sha256 });
    const version: NewVersion = { key, sha256, bytes, contentType, metadata };
    return await this.#store(version, options, () => contents.adopt(sha256, bytes, incoming.file));
  }

  #failed(error: unknown): never {
    if (error instanceof StorageFullError) this.#parts.room.noteRefusal();
    throw error;
  }

  async #store(
    version: NewVersion,
    options: PutOptions,
    writeContent: () => Promise<void>,
  ): Promise<StoredObject> {
    const { key } = version;
    for (let attempt = 1; attempt <= PUT_ATTEMPTS; attempt += 1) {
      await writeContent().catch((error: unknown) => this.#failed(error));
      const added = await this.#parts.database.write('durable', () => {
        this.#checkConditions(key, options);
        return this.#addVersion(version);
      });
      if (added !== undefined) {
        try {
          await this.#parts.journal.settle();
        } finally {
          // It is stored and announced, whether the journal has its line or not.
          this.#parts.onStored(key);
        }
        return added.object;
      }
    }
    throw new LocalError(
      `Object "${key}" could not be stored: its content is being deleted over and over. Repeat.`,
    );
  }

  async head(key: string, versionId?: string): Promise<StoredObject | undefined> {
    return this.#versions.find(key, versionId);
  }

  async get(
    key: string,
    options: GetOptions = {},
  ): Promise<{ readonly object: StoredObject; readonly content: Uint8Array }> {
    const { versionId, range } = options;
    for (let attempt = 1; ; attempt += 1) {
      const object = this.#versions.find(key, versionId);
      if (object === undefined) throw new ObjectNotFoundError(key, versionId);
      const { start, length } = rangeWithin(key, object.bytes, range);
      const content = await this.#parts.contents.read(object.sha256, start, length);
      if (content?.length === length) return { object, content };
      // It may have been deleted for good after it was looked up: then it is gone from the index as well.
      if (attempt > 1) throw this.#damaged(object, content);
    }
  }

  async list(
    prefix: string,
    page: PageRequest,
  ): Promise<Page<Pick<StoredObject, 'key' | 'bytes' | 'lastModified'>>> {
    checkLimit(page.limit);
    const list = `objects:${prefix}`;
    const [after] = decodeCursor(list, page.cursor) ?? [];
    const items: Pick<StoredObject, 'key' | 'bytes' | 'lastModified'>[] = [];
    for (const item of this.#versions.from(prefix, after === undefined ? undefined : String(after))) {
      const last = items.at(-1);
      if (items.length === page.limit && last) return { items, cursor: encodeCursor(list, [last.key]) };
      items.push(item);
    }
    return { items };
  }

  async listVersions(prefix: string, page: PageRequest): Promise<Page<ObjectVersion>> {
    checkLimit(page.limit);
    const list = `versions:${prefix}`;
    const position = decodeCursor(list, page.cursor);
    const after = position && { key: String(position[0]), sequence: Number(position[1]) };
    const items: ObjectVersion[] = [];
    let last = after;
    for (const { sequence, ...version } of this.#versions.all(prefix, after)) {
      if (items.length === page.limit && last) {
        return { items, cursor: encodeCursor(list, [last.key, last.sequence]) };
      }
      items.push(version);
      last = { key: version.key, sequence };
    }
    return { items };
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    const { database, journal, now } = this.#parts;
    await database.write('durable', () => this.#versions.addDeleteMarker(key, now()));
    await journal.settle();
  }

  async deleteVersion(key: string, versionId: string): Promise<void> {
    checkKey(key);
    await this.#parts.database.write('durable', () => this.#versions.remove(key, versionId));
    await this.#removeUnreferenced();
    await this.#parts.journal.settle();
  }

  /** Whether a content is there and as long as it was. Does not read it. */
  async isThere(sha256: string, bytes: number): Promise<boolean> {
    return (await this.#parts.contents.statusOf(sha256))?.bytes === bytes;
  }

  async isSound({ sha256, bytes }: Pick<StoredObject, 'sha256' | 'bytes'>): Promise<boolean> {
    return this.#parts.contents.isSound(sha256, bytes);
  }

  async presignUpload(key: string, intent: UploadIntent): Promise<PresignedUpload> {
    checkKey(key);
    checkMetadata(key, intent.metadata);
    checkSha256(key, intent.sha256);
    const { endpoint, uploadSecret, clock } = this.#parts;
    const address = endpoint();
    if (address === undefined) {
      throw new LocalError(
        'No host takes uploads for this data folder. Start one: retclip local --data DIR.',
      );
    }
    return presignUpload(uploadSecret, address, key, intent, clock.now());
  }

  /**
   * Finishes what a crash left half done: files half written, deletions that had begun. A content that no version names
   * stays: see `UnnamedContents`.
   */
  async recover(): Promise<void> {
    await this.#parts.contents.removeAbandoned(this.#parts.now());
    await this.#removeUnreferenced();
  }

  #addVersion(version: NewVersion): AddedVersion | undefined {
    if (!this.#parts.contents.has(version.sha256)) return undefined;
    const added = this.#versions.add(version, this.#parts.now());
    this.#parts.onCreated(added);
    return added;
  }

  #checkConditions(key: string, { ifAbsent, ifLatest }: PutOptions): void {
    const latest = this.#versions.find(key);
    if (ifLatest !== undefined && latest?.versionId !== ifLatest) throw new ObjectChangedError(key, ifLatest);
    if (ifAbsent === true && latest !== undefined) {
      throw new ObjectExistsError(key);
    }
  }

  async #removeUnreferenced(): Promise<void> {
    const { contents, database } = this.#parts;
    for (const sha256 of this.#versions.unreferenced()) {
      await database.write('durable', () => {
        if (!this.#versions.isReferenced(sha256)) contents.remove(sha256);
        this.#versions.forgetUnreferenced(sha256);
      });
    }
  }

  #damaged(object: StoredObject, content: Uint8Array | undefined): StorageDamagedError {
    const state =
      content === undefined ? 'is missing' : `has ${content.length} bytes less or more than it had`;
    return new StorageDamagedError(
      `The content of object "${object.key}" (${this.#parts.contents.pathOf(object.sha256)}) ${state}. Upload the same photograph again, which puts it right, or restore a backup: retclip restore.`,
    );
  }
}
