import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { faultOf } from '../../aws/faults/tell-faults.ts';
import type { ObjectStoreCapability } from '../conformance/object-store/index.ts';
import { BUCKET } from './object-emulators.ts';
import type { Probe } from './probe.ts';

/** In the order of their UTF-8 bytes. */
const ORDERED = ['Z', 'a', 'a/b', 'ab', 'é', '左', '～', '😀'];

const WRONG_SHA256 = Buffer.alloc(32, 7).toString('base64');

/** Probes of a bucket by the bare client, one for each capability that an emulator is known to lack at times. */
export function objectProbes(client: S3Client): readonly Probe<ObjectStoreCapability>[] {
  const put = (key: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
    client.send(new PutObjectCommand({ Bucket: BUCKET, Key: `probe/${key}`, Body: body, ...more }));
  const list = async (prefix: string, more: { MaxKeys?: number; StartAfter?: string } = {}) => {
    const command = new ListObjectsV2Command({ Bucket: BUCKET, Prefix: `probe/${prefix}`, ...more });
    return ((await client.send(command)).Contents ?? []).map(({ Key = '' }) => Key.slice('probe/'.length));
  };
  const refuses = async (call: Promise<unknown>): Promise<boolean> => {
    try {
      await call;
      return false;
    } catch (error) {
      if ((faultOf(error)?.status ?? 500) < 500) return true;
      throw error;
    }
  };

  return [
    {
      capability: 'versions',
      expectation: 'keeps versions',
      run: async () => {
        await client.send(
          new PutBucketVersioningCommand({
            Bucket: BUCKET,
            VersioningConfiguration: { Status: 'Enabled' },
          }),
        );
        const [first, second] = [await put('version', '1'), await put('version', '2')];
        const differ = first.VersionId !== undefined && first.VersionId !== second.VersionId;
        return differ ? null : 'puts give no version ids';
      },
    },
    {
      capability: 'if-absent',
      expectation: 'refuses a write on condition that nothing is there',
      run: async () => {
        await put('once', '1');
        return (await refuses(put('once', '2', { IfNoneMatch: '*' }))) ? null : 'If-None-Match is ignored';
      },
    },
    {
      capability: 'presigned-refusals',
      expectation: 'refuses content of another SHA-256',
      run: async () =>
        (await refuses(put('wrong', 'content', { ChecksumSHA256: WRONG_SHA256 })))
          ? null
          : 'the checksum is not compared',
    },
    {
      capability: 'ranges',
      expectation: 'reads a range, of a version where it keeps them',
      run: async () => {
        const { VersionId } = await put('range', '0123456789');
        const version = VersionId === undefined ? {} : { VersionId };
        const part = { Bucket: BUCKET, Key: 'probe/range', Range: 'bytes=0-0' };
        const command = new GetObjectCommand({ ...part, ...version });
        const text = await (await client.send(command)).Body?.transformToString();
        return text === '0' ? null : `byte 0 of 0123456789 is ${JSON.stringify(text)}`;
      },
    },
    {
      capability: 'byte-order',
      expectation: 'lists keys in the order of their UTF-8 bytes',
      run: async () => {
        for (const name of ORDERED.toReversed()) await put(`order/${name}`, 'x');
        const found = (await list('order/')).map((key) => key.slice('order/'.length)).join(' ');
        return found === ORDERED.join(' ') ? null : `lists ${found}`;
      },
    },
    {
      capability: 'paging',
      expectation: 'goes on listing behind a key',
      run: async () => {
        for (const name of ['a_0', 'a_1', 'a_2']) await put(`page/${name}`, 'x');
        const found = await list('page/a_', { StartAfter: 'probe/page/a_0', MaxKeys: 1 });
        return found.join() === 'page/a_1' ? null : `lists ${found.join(' ') || 'nothing'}`;
      },
    },
    {
      capability: 'large-objects',
      expectation: 'stores 20 MB',
      run: async () => {
        await put('large', new Uint8Array(20_000_000));
        return null;
      },
    },
  ];
}
