import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addReadingRoomPages } from './reading-room-pages.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'a secret');
  await writeFile(join(folder, 'dist/index.html'), '<!doctype html><title>The page</title>');
  await writeFile(join(folder, 'dist/assets/index-1.js'), 'run()');
});
afterAll(() => rm(folder, { recursive: true }));

async function served(built = join(folder, 'dist')) {
  const app = new Hono();
  await addReadingRoomPages(app, built);
  return (path: string, headers = {}) => app.request(path, { headers });
}

describe('the pages of the reading room', () => {
  it('let nothing in from elsewhere, and no script or style within the page', async () => {
    const get = await served();
    for (const path of [
      '/reading-room/',
      '/reading-room/assets/index-1.js',
      '/reading-room/assets/none.js',
    ]) {
      const { headers } = await get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /^default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none';/,
      );
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('are one page at every address, which is asked for again each time, and files that stay', async () => {
    const get = await served();
    expect((await get('/')).headers.get('location')).toBe('/reading-room/');
    for (const path of ['/reading-room/', '/reading-room/north/patients/P%2F1/exams/1']) {
      const answer = await get(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(await answer.text()).toContain('The page');
    }
    const script = await get('/reading-room/assets/index-1.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect(script.headers.get('content-type')).toContain('text/javascript');
    const tag = (await get('/reading-room/')).headers.get('etag') ?? '';
    expect((await get('/reading-room/', { 'if-none-match': tag })).status).toBe(304);
  });

  it('serve no file but their own', async () => {
    const get = await served();
    for (const path of [
      '/reading-room/../secret.txt',
      '/reading-room/..%2fsecret.txt',
      '/reading-room/assets/..%2f..%2fsecret.txt',
      '/reading-room/assets/%2e%2e/%2e%2e/secret.txt',
    ])
      expect(await (await get(path)).text(), path).not.toContain('a secret');
  });

  it('say how they are built where they are not', async () => {
    const get = await served(join(folder, 'nowhere'));
    const answer = await get('/reading-room/north/work-list');
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(text).toContain('npm run build:reading-room');
    expect(text).toContain('Research use only');
    expect(text).not.toMatch(/<script|style=/);
  });
});
