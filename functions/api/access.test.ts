import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { registerProgram } from '../../core/programs/program-register.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';
import type { Caller } from './caller.ts';
import { jwtCaller } from './jwt-caller.ts';
import { tokenCaller } from './token-caller.ts';

const READER: Caller = { subject: 'reader', programs: ['north'], scopes: ['read'] };
const IMAGE = {
  patient: 'P1',
  exam: '1',
  laterality: 'left',
  extension: 'jpg',
  contentType: 'image/jpeg',
  bytes: 10,
  sha256: '0'.repeat(64),
  eyes: 'both',
};

describe('access', () => {
  it('is refused to callers without a token, but for health and the API document', async () => {
    await using run = await FunctionRun.open();
    const { get } = apiClient(run, null);
    expect((await get('/v1/programs/north/summary')).status).toBe(401);
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { status, body } = await get('/openapi.json');
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toContain('/v1/programs/{program}/results');
  });

  it('is given by program', async () => {
    await using run = await FunctionRun.open();
    const { get } = apiClient(run, READER);
    expect((await get('/v1/programs/north/summary')).status).toBe(200);
    for (const path of ['summary', 'results', 'settings', 'patients/P1/exams', 'patients/P1/exams/1']) {
      const { status, body } = await get(`/v1/programs/south/${path}`);
      expect(status, path).toBe(403);
      expect(body.detail).toContain('"south"');
    }
  });

  it('is given by scope: who may read may neither upload nor change settings', async () => {
    await using run = await FunctionRun.open();
    const { get, post, put } = apiClient(run, READER);
    expect((await post('/v1/programs/north/uploads', { images: [IMAGE] })).status).toBe(403);
    const { body: settings } = await get('/v1/programs/north/settings');
    expect((await put('/v1/programs/north/settings', settings)).status).toBe(403);
  });

  it('on one machine needs the whole token', async () => {
    const app = new Hono().get('/', (context) => context.json(tokenCaller('secret')(context)));
    const ask = async (authorization?: string) =>
      (await app.request('/', { headers: authorization === undefined ? {} : { authorization } })).json();
    expect(await ask('Bearer secret')).toMatchObject({ programs: '*' });
    for (const wrong of [undefined, '', 'secret', 'Bearer secre', 'Bearer secret2', 'bearer secret']) {
      expect(await ask(wrong)).toBeNull();
    }
  });
});

describe('the claims of a token', () => {
  const callerOf = async (claims: unknown) => {
    const app = new Hono().get('/', (context) => context.json(jwtCaller(context)));
    const event = { requestContext: { authorizer: { jwt: { claims } } } };
    return (await app.request('/', {}, { event })).json();
  };

  it.each([
    [
      { sub: 'a', scope: 'openid retclip/read retclip/operate', 'cognito:groups': '[program:north other]' },
      { subject: 'a', programs: ['north'], scopes: ['read', 'operate'] },
    ],
    [
      { sub: 'b', scope: 'admin', programs: ['x', 'y'] },
      { subject: 'b', programs: ['x', 'y'], scopes: ['admin'] },
    ],
    [
      { sub: 'c', scope: 'root superadmin', programs: '*' },
      { subject: 'c', programs: '*', scopes: [] },
    ],
    [{ sub: 'd' }, { subject: 'd', programs: [], scopes: [] }],
  ])('%j make a caller', async (claims, caller) => {
    expect(await callerOf(claims)).toEqual(caller);
  });

  it.each([[undefined], [{}], [{ sub: '' }], [{ sub: 7 }]])('%j make none', async (claims) => {
    expect(await callerOf(claims)).toBeNull();
  });
});

describe('a request that cannot be understood', () => {
  it.each([
    ['malformed JSON', '/v1/programs/north/uploads', '{'],
    ['no images', '/v1/programs/north/uploads', { images: [] }],
    [
      'an extension that is none',
      '/v1/programs/north/uploads',
      { images: [{ ...IMAGE, extension: '../x' }] },
    ],
    ['a patient id with a slash', '/v1/programs/north/uploads', { images: [{ ...IMAGE, patient: 'a/b' }] }],
    ['an empty photograph', '/v1/programs/north/uploads', { images: [{ ...IMAGE, bytes: 0 }] }],
    ['101 exams', '/v1/programs/north/exams/lookup', { exams: Array(101).fill({ patient: 'P', exam: '1' }) }],
    ['a program with control characters', '/v1/programs/no%07rth/uploads', { images: [IMAGE] }],
  ])('with %s is refused and says why', async (_, path, body) => {
    await using run = await FunctionRun.open();
    const { status, body: answer } = await apiClient(run, OPERATOR).post(path, body);
    expect(status).toBe(400);
    expect(answer.detail.length).toBeGreaterThan(10);
  });

  it('because it is too large is refused before it is read', async () => {
    await using run = await FunctionRun.open();
    const body = { exams: [], padding: 'x'.repeat(1024 * 1024) };
    const { status } = await apiClient(run).post('/v1/programs/north/exams/lookup', body);
    expect(status).toBe(413);
  });

  it('because it is too large is read no further, though its length is not announced', async () => {
    await using run = await FunctionRun.open();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 1_000) return controller.close();
        controller.enqueue(Buffer.alloc(64 * 1024, 0x20));
      },
    });
    const app = createApi({
      home: run.home,
      authenticate: () => OPERATOR,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    });
    const answer = await app.request('/v1/programs/north/exams/lookup', {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
      ...{ body, duplex: 'half' },
    } as RequestInit);
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(30);
  });

  it('of an unknown address is not found', async () => {
    await using run = await FunctionRun.open();
    expect((await apiClient(run).get('/v1/nothing')).status).toBe(404);
  });

  it('tells nothing of the inside when the system fails, but logs it', async () => {
    await using run = await FunctionRun.open();
    await registerProgram(run.home.objects, 'north');
    run.home.exams.get = () => Promise.reject(new Error('secret path /var/x'));
    const { status, body } = await apiClient(run).get('/v1/programs/north/patients/P1/exams/1');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(run.warnings).toEqual(['A request failed']);
  });
});
