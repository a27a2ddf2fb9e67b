import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';

interface Operation {
  readonly method: string;
  readonly address: string;
  readonly needsBody: boolean;
}

const errors: string[] = [];
let run: FunctionRun;
let app: ReturnType<typeof createApi>;
let operations: readonly Operation[];

beforeAll(async () => {
  run = await FunctionRun.open();
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message: string) => void errors.push(message),
  };
  app = createApi({ home: run.home, authenticate: () => OPERATOR, log });
  const { paths } = (await (await app.request('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { requestBody?: { required?: boolean } }>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'get')
      .map(([method, { requestBody }]) => ({
        method: method.toUpperCase(),
        address: path
          .replace('{program}', 'north')
          .replace('{queue}', 'intake')
          .replaceAll(/\{\w+\}/g, 'x'),
        needsBody: requestBody?.required === true,
      })),
  );
});
afterAll(() => run[Symbol.asyncDispose]());

const JSON_TYPE = 'application/json';

/** Sends the same to every operation. @returns what each answered, by its name */
async function answers(body: RequestInit['body'], headers: Readonly<Record<string, string>>) {
  const sent = operations.map(async ({ method, address, needsBody }) => {
    const response = await app.request(address, { method, body, headers });
    const text = await response.text();
    return { name: `${method} ${address}`, needsBody, response, text };
  });
  return Promise.all(sent);
}

describe('the body of a request', () => {
  it('belongs to fifteen operations at least, so that the walk is a walk', () => {
    expect(operations.filter(({ needsBody }) => needsBody).length).toBeGreaterThanOrEqual(15);
  });

  it.each<[string, NonNullable<RequestInit['body']>, Readonly<Record<string, string>>, RegExp]>([
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, /x-www-form-urlencoded/],
    ['plain text', '{}', { 'content-type': 'text/plain' }, /text\/plain/],
    ['JSON of another kind', '{}', { 'content-type': 'application/merge-patch+json' }, /merge-patch/],
    ['bytes of no type', new TextEncoder().encode('{}'), {}, /received none/],
    ['a foreign charset', '{}', { 'content-type': `${JSON_TYPE}; charset=utf-16` }, /charset "utf-16"/],
    ['a quoted foreign charset', '{}', { 'content-type': `${JSON_TYPE}; charset="GBK"` }, /charset "gbk"/],
    [
      'a compressed body',
      gzipSync('{}'),
      { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' },
      /coding "gzip"/,
    ],
  ])('is refused with 415 by every operation: %s', async (_, body, headers, detail) => {
    for (const { name, response, text } of await answers(body, headers)) {
      expect(response.status, name).toBe(415);
      expect(response.headers.get('accept'), name).toBe(JSON_TYPE);
      expect(response.headers.get('content-type'), name).toBe('application/problem+json');
      expect(JSON.parse(text), name).toMatchObject({ status: 415, detail: expect.stringMatching(detail) });
    }
  });

  it.each<[string, NonNullable<RequestInit['body']>, RegExp]>([
    ['malformed JSON', '{"outcome": ', /not JSON/],
    ['a bare word', 'refer', /not JSON/],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xd6, 0xd0, 0x22]), /not UTF-8/],
  ])('is refused with 400 by every operation: %s', async (_, body, detail) => {
    for (const { name, response, text } of await answers(body, { 'content-type': JSON_TYPE })) {
      expect(response.status, name).toBe(400);
      expect(JSON.parse(text).detail, name).toMatch(detail);
    }
  });

  it.each([
    ['with a type', { 'content-type': JSON_TYPE }],
    ['with a foreign type', { 'content-type': 'text/plain' }],
    ['without one', {}],
  ])('is missed where it is needed, and not elsewhere: %s', async (_, headers) => {
    for (const { name, needsBody, response, text } of await answers(undefined, headers)) {
      if (needsBody)
        expect([response.status, JSON.parse(text).detail], name).toEqual([
          400,
          expect.stringMatching(/is empty/),
        ]);
      else expect(response.status, name).not.toBe(415);
    }
  });

  it.each([JSON_TYPE, 'Application/JSON;charset=UTF-8', `${JSON_TYPE}; charset="utf-8"`])(
    'is taken as %s',
    async (type) => {
      const body = JSON.stringify({ exams: [{ patient: '张 伟', exam: '1' }] });
      const headers = { 'content-type': type };
      const response = await app.request('/v1/programs/north/exams/lookup', {
        method: 'POST',
        body,
        headers,
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ items: [{ patient: '张 伟' }] });
    },
  );

  it('is no fault of the system, whatever it holds', () => {
    expect(errors).toEqual([]);
  });
});
