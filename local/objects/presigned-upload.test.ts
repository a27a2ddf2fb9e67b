import { describe, expect, it } from 'vitest';
import { UploadRefusedError } from '../errors.ts';
import { presignUpload, type UploadRequest, verifyPresignedUpload } from './presigned-upload.ts';

const SECRET = Buffer.alloc(32, 7);
const NOW = Date.UTC(2026, 4, 1);
const KEY = 'images/north/患者 1+/2026#05?01/left%20.jpg';
const INTENT = {
  sha256: 'ab'.repeat(32),
  bytes: 1_234,
  contentType: 'image/jpeg',
  metadata: { laterality: 'left', eyes: 'both' },
  expiresInSeconds: 60,
};

function permitted(): UploadRequest & { readonly headers: [string, string][] } {
  const { url, method, headers } = presignUpload(SECRET, 'http://127.0.0.1:8080/', KEY, INTENT, NOW);
  return { url, method, headers: Object.entries(headers) };
}

describe('verifyPresignedUpload', () => {
  it('knows what was permitted, by the whole address or its path', () => {
    const request = permitted();
    const { expiresInSeconds: _, ...upload } = INTENT;
    expect(verifyPresignedUpload(SECRET, request, NOW)).toEqual({ key: KEY, ...upload });
    const path = request.url.slice('http://127.0.0.1:8080'.length);
    expect(verifyPresignedUpload(SECRET, { ...request, url: path }, NOW)).toEqual({ key: KEY, ...upload });
    const asSent: UploadRequest = {
      ...request,
      headers: [
        ...request.headers.map(([name, value]) => [name.toUpperCase(), value] as const),
        ['Host', 'x'],
      ],
    };
    expect(verifyPresignedUpload(SECRET, asSent, NOW)).toEqual({ key: KEY, ...upload });
  });

  it.each<[string, (request: ReturnType<typeof permitted>) => UploadRequest]>([
    ['another key', (r) => ({ ...r, url: r.url.replace('left', 'right') })],
    ['a key by dot segments', (r) => ({ ...r, url: r.url.replace('/images/', '/images/x/../') })],
    ['a malformed key', (r) => ({ ...r, url: r.url.replace('left', '%E6%82') })],
    ['another length', (r) => ({ ...r, url: r.url.replace('bytes=1234', 'bytes=1235') })],
    ['a later end', (r) => ({ ...r, url: r.url.replace(/expires=\d+/, 'expires=9999999999') })],
    ['no signature', (r) => ({ ...r, url: r.url.replace(/&signature=.*/, '') })],
    ['another signature', (r) => ({ ...r, url: r.url.replace(/signature=..../, 'signature=0000') })],
    ['another method', (r) => ({ ...r, method: 'POST' })],
    ['no headers', (r) => ({ ...r, headers: [] })],
    ['more metadata', (r) => ({ ...r, headers: [...r.headers, ['x-amz-meta-note', 'x']] })],
    ['less metadata', (r) => ({ ...r, headers: r.headers.filter(([name]) => name !== 'x-amz-meta-eyes') })],
    ['another type', (r) => ({ ...r, headers: [...r.headers, ['content-type', 'text/html']] })],
    ['a longer announced length', (r) => ({ ...r, headers: [...r.headers, ['content-length', '1235']] })],
    ['another announced length', (r) => ({ ...r, headers: [...r.headers, ['content-length', '99']] })],
  ])('refuses %s', (_, change) => {
    expect(() => verifyPresignedUpload(SECRET, change(permitted()), NOW)).toThrow(UploadRefusedError);
  });

  it('refuses it when its time is over, or by another secret', () => {
    expect(() => verifyPresignedUpload(SECRET, permitted(), NOW + 60_000)).toThrow(/ended 0 s ago/);
    expect(() => verifyPresignedUpload(Buffer.alloc(32, 8), permitted(), NOW)).toThrow(UploadRefusedError);
  });
});
