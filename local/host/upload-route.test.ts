import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { problemOf } from '../../functions/api/problem.ts';
import type { LocalHome } from '../home.ts';
import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';
import { storageProblem } from './storage-problem.ts';
import { addUploadRoute } from './upload-route.ts';

const KEY = 'images/north/P1/1/left.jpg';
const MEBI = 1024 * 1024;

let scope: AsyncDisposableStack;
let home: LocalHome;
let server: LoopbackServer;
let disk: { free: number; total: number };

beforeEach(async () => {
  scope = new AsyncDisposableStack();
  disk = { free: 1e12, total: 1e12 };
  home = scope.use(await temporaryHome({ endpoint: () => server.url, disk: () => disk })).home;
  const app = new Hono();
  app.onError((error, context) => problemOf(context, error, storageProblem));
  addUploadRoute(app, home, 300);
  server = await serveOnLoopback(app, 0, {
    ...{ headersMilliseconds: 400, requestMilliseconds: 60_000, lookMilliseconds: 50 },
  });
  scope.defer(() => server.stop());
});
afterEach(() => scope.disposeAsync());

async function permitted(content: Uint8Array) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const metadata = { laterality: 'left' };
  const intent = {
    sha256,
    bytes: content.byteLength,
    contentType: 'image/jpeg',
    metadata,
    expiresInSeconds: 60,
  };
  return home.objects.presignUpload(KEY, intent);
}

/** What the store holds of it, and what lies half written. */
async function stored() {
  const object = await home.objects.head(KEY);
  return { object: object?.bytes ?? null, temporary: await readdir(home.folder.temporary) };
}

/** Bytes of which no length is announced. */
function chunked(chunk: Uint8Array, count: number, sent: { bytes: number }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      if (sent.bytes >= count * chunk.length) return controller.close();
      sent.bytes += chunk.length;
      controller.enqueue(chunk);
    },
  });
}

async function put(
  content: Uint8Array,
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
): Promise<{ status: number; detail: string }> {
  const { url, method, headers } = await permitted(content);
  const answer = await fetch(url, { method, headers, body, duplex: 'half' } as RequestInit);
  const said = await answer.text();
  return { status: answer.status, detail: said === '' ? '' : JSON.parse(said).detail };
}

describe('an upload', () => {
  const content = Buffer.alloc(3 * MEBI + 17, 0xa7);

  it('is stored as it comes, whether or not its length is announced', async () => {
    expect((await put(content, content)).status).toBe(200);
    expect(await stored()).toEqual({ object: content.length, temporary: [] });
    const other = Buffer.alloc(2 * MEBI, 3);
    expect((await put(other, chunked(other.subarray(0, MEBI / 4), 8, { bytes: 0 }))).status).toBe(200);
    const { content: read, object } = await home.objects.get(KEY);
    expect(Buffer.compare(read, other)).toBe(0);
    expect(object).toMatchObject({ contentType: 'image/jpeg', metadata: { laterality: 'left' } });
    expect((await home.objects.listVersions(KEY, { limit: 10 })).items).toHaveLength(2);
  });

  it('beyond its permitted five bytes is stopped there, though 1.5 GB are on their way', async () => {
    const sent = { bytes: 0 };
    const answer = await put(Buffer.from('five!'), chunked(Buffer.alloc(MEBI), 1_500, sent)).catch(
      (error: unknown) => ({ status: 0, detail: String(error) }),
    );
    // A sender that goes on is cut off, and may see that before the answer.
    expect([0, 413]).toContain(answer.status);
    expect(sent.bytes).toBeLessThan(200 * MEBI);
    expect(await stored()).toEqual({ object: null, temporary: [] });
  });

  it('that is a byte too long, too short or another content is refused, and nothing of it is left', async () => {
    const five = Buffer.from('five!');
    const once = (bytes: string) => new Blob([bytes]).stream();
    expect(await put(five, once('five!!'))).toMatchObject({ status: 413, detail: /longer than the 5 bytes/ });
    expect(await put(five, once('five'))).toMatchObject({ status: 400, detail: /4 of 5 bytes/ });
    expect((await put(five, once('FIVE!'))).status).toBe(400);
    expect(await stored()).toEqual({ object: null, temporary: [] });
  });

  it('whose sender goes silent is given up', async () => {
    const silent = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from('fi'));
      },
    });
    expect(await put(Buffer.from('five!'), silent)).toMatchObject({
      status: 408,
      detail: /no byte came for 0.3 s/,
    });
    expect(await stored()).toEqual({ object: null, temporary: [] });
  });

  it('whose sender hangs up leaves nothing', async () => {
    const { url, method, headers } = await permitted(content);
    const stop = new AbortController();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        controller.enqueue(content.subarray(0, MEBI));
        stop.abort();
      },
    });
    const sending = fetch(url, { method, headers, body, duplex: 'half', signal: stop.signal } as RequestInit);
    await expect(sending).rejects.toThrow();
    await expect.poll(stored).toEqual({ object: null, temporary: [] });
  });

  it('for which there is no room is refused before a byte of it is written', async () => {
    disk = { free: 60 * MEBI, total: 1e12 };
    const { status, detail } = await put(content, content);
    expect(status).toBe(507);
    expect(detail).toContain(
      `There is no room for 3.2 MB on the disk of data folder "${home.folder.directory}"`,
    );
    expect(detail).toContain('63.0 MB are free');
    expect(detail).toContain('Free at least 7.4 MB on that disk, then run the same command again');
    expect(await stored()).toEqual({ object: null, temporary: [] });
    disk = { free: 80 * MEBI, total: 1e12 };
    expect((await put(content, content)).status).toBe(200);
  });
});

describe('a sender', () => {
  const port = () => Number(new URL(server.url).port);

  it('of headers without end is answered 431', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(`GET /health HTTP/1.1\r\nhost: localhost\r\nx-long: ${'a'.repeat(40_000)}\r\n\r\n`);
    expect(await text(socket)).toContain('431');
  });

  it('of headers that never end is sent away', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /health HTTP/1.1\r\nhost: local');
    expect(await text(socket)).toContain('408');
  });
});
