import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { PreparedStore } from '../../core/ports/prepared-store.ts';
import { AwsError } from '../errors.ts';
import { faultOf, tellFaults } from '../faults/tell-faults.ts';
import { isMissing } from '../objects/s3-faults.ts';

/** Prepared images in an S3 bucket of their own, without versions, whose lifecycle rule ends them. */
export class S3PreparedStore implements PreparedStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = tellFaults(client);
    this.#bucket = bucket;
  }

  async put(key: string, content: Uint8Array): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        Body: content,
        ContentType: 'application/octet-stream',
      }),
    );
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
      return Body === undefined ? undefined : await Body.transformToByteArray();
    } catch (error) {
      if (isMissing(error, undefined)) return undefined;
      throw error;
    }
  }

  /** By GET: the answer to a HEAD says neither which permission is lacking nor that the bucket is missing. */
  async has(key: string): Promise<boolean> {
    try {
      const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, Range: 'bytes=0-0' });
      await (await this.#client.send(command)).Body?.transformToByteArray();
      return true;
    } catch (error) {
      if (faultOf(error)?.code === 'InvalidRange') return true;
      if (isMissing(error, undefined)) return false;
      throw error;
    }
  }

  async removeAll(prefix: string): Promise<number> {
    let removed = 0;
    for (;;) {
      // From the beginning each time: what was listed is gone.
      const { Contents = [] } = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }),
      );
      const isMeant = (Key: string) => Key === prefix || prefix.endsWith('/');
      const Objects = Contents.flatMap(({ Key = '' }) => (isMeant(Key) ? [{ Key }] : []));
      if (Objects.length === 0) return removed;
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } }),
      );
      const [refused] = Errors;
      if (refused !== undefined) {
        throw new AwsError(`"${refused.Key}" could not be removed: ${refused.Code} ${refused.Message ?? ''}`);
      }
      removed += Objects.length;
    }
  }
}
