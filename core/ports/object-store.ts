import type { Page, PageRequest } from './page.ts';

/** What a store knows of one version of an object. */
export interface StoredObject {
  readonly key: string;
  /** Unique per key; `null` only in a store without versions. */
  readonly versionId: string | null;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** By the store's clock, which may have been set meanwhile: it orders nothing where `sequence` tells. */
  readonly lastModified: Date;
  /**
   * Place in the order of all writes to the store, whatever its clock did; `null` where the store keeps none. S3 orders
   * the versions of one key only, by the sequencer of its events.
   */
  readonly sequence: number | null;
}

/** What is known of a version once it is written. When that was, only `head` tells. */
export type WrittenObject = Omit<StoredObject, 'lastModified'>;

export interface PutOptions {
  readonly contentType?: string;
  /** Names in lower case, values in printable ASCII. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Lower-case hexadecimal; the store refuses other content. */
  readonly sha256?: string;
  /** Write only if the key holds no object. */
  readonly ifAbsent?: boolean;
  /** Write only if this version is the latest. */
  readonly ifLatest?: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** `null` only in a store without versions. */
  readonly versionId: string | null;
  readonly bytes: number;
  /** When it was written, by the store's clock. */
  readonly lastModified: Date;
  readonly isDeleteMarker: boolean;
}

export interface GetOptions {
  readonly versionId?: string;
  /** First and last byte, both included. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** A permission to upload one object without further credentials. */
export interface PresignedUpload {
  readonly url: string;
  readonly method: 'PUT';
  /** Must be sent as they are: they are part of the signature. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface UploadIntent {
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly expiresInSeconds: number;
}

/**
 * Large things under keys, every version kept. What `put` has returned survives a crash; what it has not returned is
 * there whole or not at all.
 */
export interface ObjectStore {
  /**
   * @throws ChecksumMismatchError if the content is not the promised one; nothing is stored
   * @throws ObjectExistsError if `ifAbsent` and the key holds an object
   * @throws ObjectChangedError if `ifLatest` and another version is the latest, or there is none
   */
  put(key: string, content: Uint8Array, options?: PutOptions): Promise<WrittenObject>;
  /** @returns `undefined` if there is no such object or version, or its latest version is a delete marker */
  head(key: string, versionId?: string): Promise<StoredObject | undefined>;
  /** @throws ObjectNotFoundError */
  get(
    key: string,
    options?: GetOptions,
  ): Promise<{ readonly object: StoredObject; readonly content: Uint8Array }>;
  /** Latest versions in the order of their keys (UTF-8 bytes). */
  list(
    prefix: string,
    page: PageRequest,
  ): Promise<Page<Pick<StoredObject, 'key' | 'bytes' | 'lastModified'>>>;
  /** Every version and delete marker in the order of their keys, those of one key newest first. */
  listVersions(prefix: string, page: PageRequest): Promise<Page<ObjectVersion>>;
  /** Hides the object; its versions stay. No error if there is none. */
  delete(key: string): Promise<void>;
  /** Removes one version or delete marker for good. No error if there is none. */
  deleteVersion(key: string, versionId: string): Promise<void>;
  /**
   * Whether the content of a version can still be read as it was stored. On one machine all of it is read and its
   * SHA-256 compared. S3 guards the integrity of its contents itself, so there one HEAD asks whether the version is there.
   *
   * @param object what `head` or `put` told of it
   */
  isSound(object: Pick<StoredObject, 'key' | 'versionId' | 'sha256' | 'bytes'>): Promise<boolean>;
  presignUpload(key: string, intent: UploadIntent): Promise<PresignedUpload>;
}
