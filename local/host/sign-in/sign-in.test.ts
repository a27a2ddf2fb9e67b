import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditTrail } from '../../../core/audit/audit-trail.ts';
import { problemOf } from '../../../functions/api/problem.ts';
import { type LocalHome, openLocalHome } from '../../home.ts';
import { addReader, removeReader } from '../../readers/reader-tokens.ts';
import { sessionCaller } from './session-caller.ts';
import { Sessions } from './sessions.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

const HOST = '127.0.0.1:4711';
const OWN = { host: HOST, 'sec-fetch-site': 'same-origin' };
const PASSPHRASE = 'four horses in the rain';
let folder: string;
let home: LocalHome;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
  home = await openLocalHome(folder);
  const anna = { name: 'anna', programs: ['north'], scopes: ['review'], passphrase: PASSPHRASE } as const;
  await addReader(folder, anna, new Date());
});
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

/** A host's sign-in, with one route that tells who calls. */
function signIn() {
  let now = 0;
  const sessions = new Sessions(folder);
  const audit = new AuditTrail(home.objects);
  const caller = sessionCaller(sessions);
  const app = new Hono();
  app.onError((error, context) => problemOf(context, error));
  addSignInRoutes(app, { dataFolder: folder, sessions, audit, elapsed: () => now });
  app.all('/who', (context) => context.json(caller(context)));
  const post = (name: string, passphrase: string, headers: Readonly<Record<string, string>> = OWN) =>
    app.request('/session', {
      method: 'POST',
      body: JSON.stringify({ name, passphrase }),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const cookieOf = (response: Response) => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const who = async (cookie: string, headers: Readonly<Record<string, string>> = OWN, method = 'GET') =>
    JSON.parse(await (await app.request('/who', { method, headers: { ...headers, cookie } })).text())
      ?.subject ?? null;
  return {
    app,
    audit,
    post,
    cookieOf,
    who,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

describe('signing in', () => {
  it('gives a cookie that no script reads and no other site sends, and nothing else', async () => {
    const { post, who, cookieOf } = signIn();
    const answer = await post('anna', PASSPHRASE);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^retclip-session-4711=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('');
    expect(await who(cookieOf(answer))).toBe('anna');
  });

  it('takes the passphrase composed or not', async () => {
    const { post } = signIn();
    await addReader(
      folder,
      { name: 'zoé', programs: '*', scopes: ['read'], passphrase: 'cafe\u0301 am Ufer' },
      new Date(),
    );
    expect((await post('zoé', ' café am Ufer')).status).toBe(204);
  });

  it('answers a wrong passphrase, an unknown name and a reader without one alike', async () => {
    const { post } = signIn();
    const answers = [await post('anna', 'four horses in the sun'), await post('nobody', PASSPHRASE)];
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect(texts[0]).toBe(texts[1]);
    expect(answers.map(({ headers }) => headers.get('set-cookie'))).toEqual([null, null]);
  });

  it('gives each sign-in a session of its own, and ends the one that came with it', async () => {
    const { post, who, cookieOf } = signIn();
    const planted = `retclip-session-4711=${'a'.repeat(43)}`;
    const first = cookieOf(await post('anna', PASSPHRASE, { ...OWN, cookie: planted }));
    expect(first).not.toBe(planted);
    expect([await who(planted), await who(first)]).toEqual([null, 'anna']);
    const second = cookieOf(await post('anna', PASSPHRASE, { ...OWN, cookie: first }));
    expect([await who(first), await who(second)]).toEqual([null, 'anna']);
  });

  it.each([
    ['another site', { host: HOST, 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { host: HOST, 'sec-fetch-site': 'same-site' }],
    ['a browser without fetch metadata', { host: HOST, origin: 'http://127.0.0.1:9999' }],
    ['nobody knows where', { host: HOST }],
  ])('is refused from %s', async (_, headers) => {
    const { post } = signIn();
    expect((await post('anna', PASSPHRASE, headers)).status).toBe(403);
  });

  it.each([
    ['a form', { body: 'name=anna', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
    ['more than it needs', { body: '{"name":"anna","passphrase":"x","scopes":["admin"]}' }, 400],
    ['no object', { body: 'null' }, 400],
    ['a flood', { body: JSON.stringify({ name: 'anna', passphrase: 'x'.repeat(10_000) }) }, 413],
  ])(
    'refuses %s',
    async (_, { headers, body }: { body: string; headers?: Record<string, string> }, status) => {
      const { app } = signIn();
      const all = { 'content-type': 'application/json', ...OWN, ...headers };
      const answer = await app.request('/session', { method: 'POST', body, headers: all });
      expect(answer.status).toBe(status);
    },
  );

  it('signs out: the cookie is taken and opens nothing', async () => {
    const { app, post, who, cookieOf } = signIn();
    const cookie = cookieOf(await post('anna', PASSPHRASE));
    const out = (headers: Readonly<Record<string, string>>) =>
      app.request('/session', { method: 'DELETE', headers: { cookie, ...headers } });
    expect((await out({ host: HOST, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await who(cookie)).toBe('anna');
    const answer = await out(OWN);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^retclip-session-4711=; Max-Age=0/);
    expect(await who(cookie)).toBeNull();
  });

  it('leaves neither passphrase, session nor made-up name in the audit trail', async () => {
    const { app, audit, post, cookieOf } = signIn();
    await post('anna', 'my secret, mistyped');
    await post('my secret as the name', 'x');
    const cookie = cookieOf(await post('anna', PASSPHRASE));
    await app.request('/session', { method: 'DELETE', headers: { ...OWN, cookie } });
    await audit.flush();
    const { items } = await audit.page('*', { limit: 4 });
    expect(items.map(({ caller, method, status }) => `${caller} ${method} ${status}`).toReversed()).toEqual([
      'anna POST 401',
      '(no valid token) POST 401',
      'anna POST 204',
      'anna DELETE 204',
    ]);
    const text = JSON.stringify(items);
    for (const secret of ['secret', PASSPHRASE, cookie.split('=')[1] ?? 'none'])
      expect(text).not.toContain(secret);
  });
});

describe('a session', () => {
  it('counts in calls of the own pages alone', async () => {
    const { post, who, cookieOf } = signIn();
    const cookie = cookieOf(await post('anna', PASSPHRASE));
    const from = (headers: Readonly<Record<string, string>>, method: string) =>
      who(cookie, { host: HOST, ...headers }, method);
    expect(await from({ 'sec-fetch-site': 'same-origin' }, 'POST')).toBe('anna');
    expect(await from({ origin: `http://${HOST}` }, 'POST')).toBe('anna');
    expect(await from({ 'sec-fetch-site': 'none' }, 'GET')).toBe('anna');
    for (const [headers, method] of [
      [{ 'sec-fetch-site': 'cross-site' }, 'GET'],
      [{ 'sec-fetch-site': 'same-site' }, 'POST'],
      [{ 'sec-fetch-site': 'none' }, 'POST'],
      [{ origin: 'http://127.0.0.1:9999' }, 'POST'],
      [{ origin: 'null' }, 'POST'],
      [{}, 'POST'],
    ] as const)
      expect(await from(headers, method), JSON.stringify([headers, method])).toBeNull();
  });

  it('does not answer for a tab in which another was signed in', async () => {
    const { post, who, cookieOf } = signIn();
    const cookie = cookieOf(await post('anna', PASSPHRASE));
    expect(await who(cookie, { ...OWN, 'retclip-reader': 'anna' })).toBe('anna');
    expect(await who(cookie, { ...OWN, 'retclip-reader': 'ben' })).toBeNull();
  });

  it('ends with its reader', async () => {
    const { post, who, cookieOf } = signIn();
    await addReader(
      folder,
      { name: 'dora', programs: '*', scopes: ['read'], passphrase: PASSPHRASE },
      new Date(),
    );
    const cookie = cookieOf(await post('dora', PASSPHRASE));
    expect(await who(cookie)).toBe('dora');
    await removeReader(folder, 'dora');
    expect(await who(cookie)).toBeNull();
    expect((await post('dora', PASSPHRASE)).status).toBe(401);
  });
});

describe('who guesses', () => {
  it('waits after five tries, the right one too, and under any writing of the name', async () => {
    const { post, pass } = signIn();
    for (let round = 0; round < 5; round += 1)
      expect((await post('anna', `wrong ${round}`)).status).toBe(401);
    const locked = await post('Anna', 'wrong');
    expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await post('anna', PASSPHRASE)).status).toBe(429);
    pass(59_999);
    expect((await post('anna', PASSPHRASE)).status).toBe(429);
    pass(1);
    expect((await post('anna', PASSPHRASE)).status).toBe(204);
    expect((await post('anna', 'wrong')).status).toBe(401);
  });

  it('waits for trying many names too, until a quarter of an hour has passed without', async () => {
    const { post, pass } = signIn();
    for (let name = 0; name < 30; name += 1) expect((await post(`name-${name}`, 'wrong')).status).toBe(401);
    const locked = await post('anna', PASSPHRASE);
    expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '10']);
    pass(15 * 60_000);
    expect((await post('name-0', 'wrong')).status).toBe(401);
    expect((await post('anna', PASSPHRASE)).status).toBe(204);
  });

  it('gains nothing by asking many times at once', async () => {
    const { post } = signIn();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, round) => post('anna', `wrong ${round}`)),
    );
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  });
});
