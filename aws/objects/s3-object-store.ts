import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
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
  WrittenObject,
} from '../../core/ports/index.ts';
import { checkKey, checkMetadata, checkSha256, rangeWithin } from '../../core/ports/object-arguments.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import { faultOf, tellFaults } from '../faults/tell-faults.ts';
import { knownSha256, storedObject, versionsIn, writtenObject } from './object-facts.ts';
import { isMissing, isPreconditionFault, isUnexplained } from './s3-faults.ts';

const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function inBase64(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

/** Objects in one versioned S3 bucket. Uploads carry their SHA-256, which S3 verifies and keeps. */
export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  #bucketIsThere = false;

  constructor(client: S3Client, bucket: string) {
    this.#client = tellFaults(client);
    this.#bucket = bucket;
  }

  async put(key: string, content: Uint8Array, options: PutOptions = {}): Promise<WrittenObject> {
    const { contentType = DEFAULT_CONTENT_TYPE, metadata = {} } = options;
    checkKey(key);
    checkMetadata(key, metadata);
    if (options.sha256 !== undefined) checkSha256(key, options.sha256);
    const sha256 = sha256Of(content);
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new ChecksumMismatchError(key, options.sha256, sha256);
    }
    const { ifAbsent, ifLatest } = options;
    const IfMatch = ifLatest === undefined ? undefined : await this.#entityTag(key, ifLatest);
    const answer = await this.#client
      .send(
        new PutObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          Body: content,
          ContentType: contentType,
          Metadata: { ...metadata },
          ChecksumSHA256: inBase64(sha256),
          ...(ifAbsent === true ? { IfNoneMatch: '*' } : {}),
          ...(IfMatch === undefined ? {} : { IfMatch }),
        }),
      )
      .catch((error: unknown) => {
        if (ifLatest !== undefined && (isPreconditionFault(error) || isMissing(error, undefined))) {
          throw new ObjectChangedError(key, ifLatest);
        }
        if (!isPreconditionFault(error)) throw error;
        throw new ObjectExistsError(key);
      });
    // All of it is in this answer: to read it back would cost a call, and a right to read that writers need not have.
    return writtenObject(
      key,
      { bytes: content.length, sha256, contentType, metadata, sequence: null },
      answer,
    );
  }

  async head(key: string, versionId?: string): Promise<StoredObject | undefined> {
    return this.#head(key, versionId);
  }

  async get(
    key: string,
    options: GetOptions = {},
  ): Promise<{ readonly object: StoredObject; readonly content: Uint8Array }> {
    const { versionId, range } = options;
    if (range === undefined) return this.#getWhole(key, versionId);
    // S3 tells no checksum of the whole with a part of it.
    const object = await this.#head(key, versionId);
    if (object === undefined) throw new ObjectNotFoundError(key, versionId);
    const { start, length } = rangeWithin(key, object.bytes, range);
    const { content } = await this.#getWhole(key, object.versionId ?? undefined, {
      Range: `bytes=${start}-${start + length - 1}`,
    });
    return { object, content };
  }

  async list(
    prefix: string,
    page: PageRequest,
  ): Promise<Page<Pick<StoredObject, 'key' | 'bytes' | 'lastModified'>>> {
    checkLimit(page.limit);
    const list = `objects:${prefix}`;
    const [after] = decodeCursor(list, page.cursor) ?? [];
    const answer = await this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        MaxKeys: page.limit,
        ...(after === undefined ? {} : { StartAfter: String(after) }),
      }),
    );
    const items = (answer.Contents ?? []).map(({ Key = '', Size = 0, LastModified = new Date(0) }) => ({
      key: Key,
      bytes: Size,
      lastModified: LastModified,
    }));
    const last = items.at(-1);
    return answer.IsTruncated === true && last
      ? { items, cursor: encodeCursor(list, [last.key]) }
      : { items };
  }

  async listVersions(prefix: string, page: PageRequest): Promise<Page<ObjectVersion>> {
    checkLimit(page.limit);
    const list = `versions:${prefix}`;
    const [key, version] = decodeCursor(list, page.cursor) ?? [];
    const answer = await this.#client.send(
      new ListObjectVersionsCommand({
        Bucket: this.#bucket,
        Prefix: prefix,
        MaxKeys: page.limit,
        ...(key === undefined ? {} : { KeyMarker: String(key), VersionIdMarker: String(version) }),
      }),
    );
    const items = versionsIn(answer);
    const { IsTruncated, NextKeyMarker, NextVersionIdMarker } = answer;
    return IsTruncated === true && NextKeyMarker !== undefined
      ? { items, cursor: encodeCursor(list, [NextKeyMarker, NextVersionIdMarker ?? '']) }
      : { items };
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }));
  }

  async deleteVersion(key: string, versionId: string): Promise<void> {
    checkKey(key);
    try {
      await this.#client.send(
        new DeleteObjectCommand({ Bucket: this.#bucket, Key: key, VersionId: versionId }),
      );
    } catch (error) {
      if (!isMissing(error, versionId)) throw error;
    }
  }

  async isSound({ key, versionId }: Pick<StoredObject, 'key' | 'versionId'>): Promise<boolean> {
    return (await this.head(key, versionId ?? undefined)) !== undefined;
  }

  async presignUpload(key: string, intent: UploadIntent): Promise<PresignedUpload> {
    checkKey(key);
    checkMetadata(key, intent.metadata);
    checkSha256(key, intent.sha256);
    const headers = {
      'content-type': intent.contentType,
      'x-amz-checksum-sha256': inBase64(intent.sha256),
      ...Object.fromEntries(
        Object.entries(intent.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
      ),
    };
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ContentType: intent.contentType,
      ContentLength: intent.bytes,
      Metadata: { ...intent.metadata },
      ChecksumSHA256: inBase64(intent.sha256),
    });
    const url = await getSignedUrl(this.#client, command, {
      expiresIn: intent.expiresInSeconds,
      // In the signature as headers: so S3 refuses other content, another length or other metadata.
      unhoistableHeaders: new Set(Object.keys(headers)),
      signableHeaders: new Set(['host', 'content-length', ...Object.keys(headers)]),
    });
    return { url, method: 'PUT', headers };
  }

  /** S3 compares entity tags, not versions. @throws ObjectChangedError if the version is not the latest */
  async #entityTag(key: string, versionId: string): Promise<string> {
    const latest = await this.#client
      .send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))
      .catch((error: unknown) => this.#undefinedIfMissing(error, key, undefined));
    if (latest?.ETag === undefined || latest.VersionId !== versionId) {
      throw new ObjectChangedError(key, versionId);
    }
    return latest.ETag;
  }

  async #head(key: string, versionId: string | undefined): Promise<StoredObject | undefined> {
    const command = new HeadObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ChecksumMode: 'ENABLED',
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    });
    const answer = await this.#client
      .send(command)
      .catch((error: unknown) => this.#undefinedIfMissing(error, key, versionId));
    if (answer === undefined) return undefined;
    const known = knownSha256(answer);
    if (known !== undefined) return storedObject(key, answer, known);
    // Somebody uploaded it without a SHA-256: only its content can tell.
    return (await this.#getWhole(key, versionId)).object;
  }

  /**
   * What a HEAD's fault means. Its answer has no body: whether a bucket is missing, credentials have expired or a
   * permission is lacking only another call can tell.
   */
  async #undefinedIfMissing(error: unknown, key: string, versionId: string | undefined): Promise<undefined> {
    const explained = isUnexplained(error) ? await this.#explained(error, key, versionId) : error;
    if (!isMissing(explained, versionId)) throw explained;
    await this.#checkBucket();
  }

  /** The fault of the same question by GET, whose answer names it. */
  async #explained(error: unknown, key: string, versionId: string | undefined): Promise<unknown> {
    try {
      const command = new GetObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Range: 'bytes=0-0',
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      });
      await (await this.#client.send(command)).Body?.transformToByteArray();
      return error;
    } catch (named) {
      return faultOf(named)?.code === 'InvalidRange' ? error : named;
    }
  }

  /** Once a process: a bucket does not go away. @throws AwsCallError if it is not there */
  async #checkBucket(): Promise<void> {
    if (this.#bucketIsThere) return;
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
      this.#bucketIsThere = true;
    } catch (error) {
      if (faultOf(error)?.status === 404) throw error;
    }
  }

  async #getWhole(key: string, versionId: string | undefined, part: { readonly Range?: string } = {}) {
    try {
      const answer = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: key,
          ChecksumMode: 'ENABLED',
          ...part,
          ...(versionId === undefined ? {} : { VersionId: versionId }),
        }),
      );
      const content = (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
      return { object: storedObject(key, answer, knownSha256(answer) ?? sha256Of(content)), content };
    } catch (error) {
      if (isMissing(error, versionId)) throw new ObjectNotFoundError(key, versionId);
      throw error;
    }
  }
}
