import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openServiceDoor } from './doors.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

/** An S3 that gives all of an object's version, whatever part is asked for, behind the door of services. */
async function doorTo(status: number, content: string): Promise<string> {
  const server: Server = createServer((_, response) =>
    response.writeHead(status, { 'x-amz-version-id': 'v1', 'x-amz-checksum-sha256': 'whole' }).end(content),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const door = await openServiceDoor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
  open.push(server, door);
  return door.endpoint;
}

const asked = (range: string) => ({
  headers: { range, authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/eu-central-1/s3/aws4_request' },
});

describe('a part of an object’s version', () => {
  it('is cut out of the whole, as S3 answers: without a checksum of the whole', async () => {
    const endpoint = await doorTo(200, '0123456789');
    const answer = await fetch(`${endpoint}/data/models/x?versionId=v1`, asked('bytes=2-4'));
    expect([answer.status, await answer.text()]).toEqual([206, '234']);
    expect(answer.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(answer.headers.get('x-amz-version-id')).toBe('v1');
    expect(answer.headers.get('x-amz-checksum-sha256')).toBeNull();
  });

  it('ends where the object does', async () => {
    const endpoint = await doorTo(200, '0123456789');
    const answer = await fetch(`${endpoint}/data/models/x?versionId=v1`, asked('bytes=8-99'));
    expect([answer.headers.get('content-range'), await answer.text()]).toEqual(['bytes 8-9/10', '89']);
  });

  it('is not made of a refusal', async () => {
    const endpoint = await doorTo(404, '<Code>NoSuchVersion</Code>');
    const answer = await fetch(`${endpoint}/data/models/x?versionId=v1`, asked('bytes=2-4'));
    expect([answer.status, await answer.text()]).toEqual([404, '<Code>NoSuchVersion</Code>']);
  });
});
