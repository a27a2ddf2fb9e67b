import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import S3rver from 's3rver';
import { S3ObjectStore } from '../../aws/objects/s3-object-store.ts';
import type { ObjectStoreSubject } from '../conformance/object-store/index.ts';
import { clientSettings } from './client-settings.ts';

export const BUCKET = 'retclip-data';

/** A bucket on an emulator, by the port and by the client beneath it. */
export interface BucketEmulator extends ObjectStoreSubject {
  readonly client: S3Client;
  readonly endpoint: string;
}

function bucketAt(endpoint: string, stop: () => Promise<void>): BucketEmulator {
  const client = new S3Client({
    ...clientSettings(endpoint),
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return {
    client,
    endpoint,
    objects: new S3ObjectStore(client, BUCKET),
    async close() {
      client.destroy();
      await stop();
    },
  };
}

export async function openFauxqs(): Promise<BucketEmulator> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  server.createBucket(BUCKET);
  return bucketAt(`http://127.0.0.1:${server.port}`, () => server.stop());
}

export async function openS3rver(): Promise<BucketEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'retclip-s3rver-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  const { port } = await server.run();
  return bucketAt(`http://127.0.0.1:${port}`, async () => {
    await server.close();
    await rm(directory, { recursive: true });
  });
}
