import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, ObjectChangedError, ObjectNotFoundError } from '../../core/errors.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import { S3ObjectStore } from './s3-object-store.ts';

interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

const CONTENT = Buffer.from('a photograph');
const SHA256 = createHash('sha256').update(CONTENT).digest();
const KNOWN = { 'x-amz-checksum-sha256': SHA256.toString('base64'), 'x-amz-checksum-type': 'FULL_OBJECT' };

/** What no emulator from npm does: versions, conditions and checksums, by the wire format that S3 documents. */
describe('S3ObjectStore on the wire', () => {
  let calls: Call[] = [];
  let answer: (call: Call, response: ServerResponse) => void = () => undefined;
  let store: S3ObjectStore;
  let close: () => Promise<void> = async () => undefined;

  beforeEach(async () => {
    calls = [];
    const server = createServer(async (request, response) => {
      const { method = '', url = '', headers } = request;
      const call = { method, url, headers, body: await buffer(request) };
      calls.push(call);
      answer(call, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new S3Client({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
      forcePathStyle: true,
      maxAttempts: 1,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    store = new S3ObjectStore(client, 'data');
    close = async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
  });
  afterEach(() => close());

  const refuse = (status: number, code: string) => (_: Call, response: ServerResponse) =>
    response.writeHead(status).end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);

  it('sends the SHA-256 that S3 is to verify, and asks nothing more: who may write need not be able to read', async () => {
    answer = (_, response) => response.writeHead(200, { 'x-amz-version-id': 'v7', ...KNOWN }).end();
    const put = await store.put('images/a b.jpg', CONTENT, {
      contentType: 'image/jpeg',
      metadata: { eyes: 'both' },
    });
    expect(put).toEqual({
      key: 'images/a b.jpg',
      versionId: 'v7',
      sha256: SHA256.toString('hex'),
      bytes: CONTENT.length,
      contentType: 'image/jpeg',
      metadata: { eyes: 'both' },
      sequence: null,
    });
    const [sent, ...further] = calls;
    expect(further).toEqual([]);
    expect(sent?.headers).toMatchObject({
      'x-amz-checksum-sha256': SHA256.toString('base64'),
      'x-amz-meta-eyes': 'both',
      'content-type': 'image/jpeg',
    });
    expect(sent?.headers['if-none-match']).toBeUndefined();
    expect(sent?.body.equals(CONTENT)).toBe(true);
  });

  it('does not take it as stored if S3 says that it stored another content', async () => {
    const other = createHash('sha256').update('another photograph').digest('base64');
    answer = (_, response) =>
      response.writeHead(200, { 'x-amz-version-id': 'v7', ...KNOWN, 'x-amz-checksum-sha256': other }).end();
    await expect(store.put('images/left.jpg', CONTENT)).rejects.toThrow(UnexpectedAnswerError);
  });

  it('writes on condition that nothing is there, and says so when something is', async () => {
    answer = refuse(412, 'PreconditionFailed');
    await expect(store.put('once', CONTENT, { ifAbsent: true })).rejects.toThrow(InvalidInputError);
    expect(calls[0]?.headers['if-none-match']).toBe('*');
  });

  it('writes over one version on condition of its entity tag', async () => {
    answer = ({ method }, response) =>
      method === 'HEAD'
        ? response.writeHead(200, { etag: '"e7"', 'x-amz-version-id': 'v7', ...KNOWN }).end()
        : response.writeHead(200, { 'x-amz-version-id': 'v8' }).end();
    await store.put('settings', CONTENT, { ifLatest: 'v7' });
    expect(calls.find(({ method }) => method === 'PUT')?.headers['if-match']).toBe('"e7"');
    calls = [];
    await expect(store.put('settings', CONTENT, { ifLatest: 'v6' })).rejects.toThrow(ObjectChangedError);
    expect(calls.map(({ method }) => method)).toEqual(['HEAD']);
  });

  it.each([
    [412, 'PreconditionFailed'],
    [409, 'ConditionalRequestConflict'],
    [404, 'NoSuchKey'],
  ])('says of %i %s that somebody else has written in between', async (status, code) => {
    answer = (call, response) =>
      call.method === 'HEAD'
        ? response.writeHead(200, { etag: '"e7"', 'x-amz-version-id': 'v7' }).end()
        : refuse(status, code)(call, response);
    await expect(store.put('settings', CONTENT, { ifLatest: 'v7' })).rejects.toThrow(ObjectChangedError);
  });

  it('lists versions and delete markers in one order, and goes on where the answer ended', async () => {
    const item = (name: string, key: string, version: string, day: number) =>
      `<${name}><Key>${key}</Key><VersionId>${version}</VersionId><LastModified>2026-05-0${day}T00:00:00.000Z</LastModified></${name}>`;
    answer = (_, response) =>
      response
        .writeHead(200)
        .end(
          `<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>b</NextKeyMarker><NextVersionIdMarker>v4</NextVersionIdMarker>${item('Version', 'a', 'v1', 1)}${item('Version', 'b', 'v4', 1)}${item('DeleteMarker', 'a', 'v2', 2)}</ListVersionsResult>`,
        );
    const page = await store.listVersions('', { limit: 3 });
    expect(page.items.map(({ versionId, isDeleteMarker }) => [versionId, isDeleteMarker])).toEqual([
      ['v2', true],
      ['v1', false],
      ['v4', false],
    ]);
    await store.listVersions('', { limit: 3, cursor: page.cursor });
    const query = new URL(calls[1]?.url ?? '', 'http://s3').searchParams;
    expect([query.get('key-marker'), query.get('version-id-marker')]).toEqual(['b', 'v4']);
  });

  it('lists a deletion before the version that was written within the same second', async () => {
    const item = (name: string, version: string, isLatest: boolean) =>
      `<${name}><Key>a</Key><VersionId>${version}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>2026-05-01T00:00:00.000Z</LastModified></${name}>`;
    answer = (_, response) =>
      response
        .writeHead(200)
        .end(
          `<ListVersionsResult>${item('DeleteMarker', 'v2', true)}${item('Version', 'v1', false)}</ListVersionsResult>`,
        );
    const { items } = await store.listVersions('', { limit: 3 });
    expect(items.map(({ versionId }) => versionId)).toEqual(['v2', 'v1']);
  });

  it.each([
    [404, 'NoSuchKey', undefined],
    [404, 'NoSuchVersion', 'v1'],
    [405, 'MethodNotAllowed', 'v1'],
    [400, 'InvalidArgument', 'never-a-version'],
  ])('takes %i %s as an object that is not there', async (status, code, versionId) => {
    const isOfBucket = ({ url }: Call) => /^\/data\/?$/.test(new URL(url, 'http://s3').pathname);
    answer = (call, response) =>
      isOfBucket(call) ? response.writeHead(200).end() : refuse(status, code)(call, response);
    expect(await store.head('gone', versionId)).toBeUndefined();
    await expect(store.get('gone', { versionId })).rejects.toThrow(ObjectNotFoundError);
  });

  it.each([
    [403, 'AccessDenied'],
    [500, 'InternalError'],
    [503, 'SlowDown'],
  ])('never takes %i %s as an object that is not there', async (status, code) => {
    answer = refuse(status, code);
    await expect(store.head('x')).rejects.not.toThrow(ObjectNotFoundError);
    await expect(store.get('x')).rejects.not.toThrow(ObjectNotFoundError);
  });

  it('computes the SHA-256 of what somebody uploaded in parts or with another checksum', async () => {
    answer = ({ method }, response) => {
      const headers = { 'x-amz-checksum-sha256': 'AAAA-2', 'x-amz-checksum-type': 'COMPOSITE' };
      response
        .writeHead(200, { ...headers, 'content-length': CONTENT.length })
        .end(method === 'GET' ? CONTENT : '');
    };
    expect((await store.head('in-parts'))?.sha256).toBe(SHA256.toString('hex'));
  });

  it('signs content, length, type and metadata of an upload that it permits', async () => {
    const { url, headers } = await store.presignUpload('images/左/left.jpg', {
      sha256: SHA256.toString('hex'),
      bytes: CONTENT.length,
      contentType: 'image/jpeg',
      metadata: { laterality: 'left' },
      expiresInSeconds: 60,
    });
    const query = new URL(url).searchParams;
    expect(query.get('X-Amz-SignedHeaders')?.split(';').toSorted()).toEqual(
      ['content-length', 'content-type', 'host', 'x-amz-checksum-sha256', 'x-amz-meta-laterality'].toSorted(),
    );
    expect(query.get('X-Amz-Expires')).toBe('60');
    expect(headers).toEqual({
      'content-type': 'image/jpeg',
      'x-amz-checksum-sha256': SHA256.toString('base64'),
      'x-amz-meta-laterality': 'left',
    });
  });
});
