import { type Context, Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { AuditTrail, MOST_UNWRITTEN } from '../../core/audit/audit-trail.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';
import type { Caller } from './caller.ts';
import { ApiError } from './problem.ts';
import { NO_CALLER, RefusedTokens } from './refused-tokens.ts';

interface ApiDocument {
  readonly paths: Readonly<Record<string, object>>;
}

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const OPERATOR: Caller = { subject: 'anna', programs: '*', scopes: ['read', 'review', 'operate', 'admin'] };

/** The API over a home of its own, called as told. */
async function audited(caller: Caller | null) {
  const run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
  const audit = new AuditTrail(run.home.objects);
  const app = createApi({ home: run.home, audit, authenticate: () => caller, log });
  const { paths } = (await (await app.request('/openapi.json')).json()) as ApiDocument;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  const call = ({ method, path }: { readonly method: string; readonly path: string }) =>
    app.request(path.replace('{program}', 'north').replaceAll(/\{\w+\}/g, 'x'), {
      method,
      ...(method === 'POST' || method === 'PUT'
        ? { body: '{}', headers: { 'content-type': 'application/json' } }
        : {}),
    });
  const entries = async (program: string) => {
    await audit.flush();
    return (await audit.page(program, { limit: 1_000 })).items;
  };
  return { run, operations: operations.filter(({ path }) => path.startsWith('/v1/')), call, entries, app };
}

it('every route is in the audit trail with its answer, of its program or of all', async () => {
  const { run, operations, call, entries } = await audited(OPERATOR);
  await using _ = run;
  const expected: string[] = [];
  for (const operation of operations)
    expected.push(`${operation.method} ${operation.path} ${(await call(operation)).status}`);
  const found = [...(await entries('north')), ...(await entries('*'))].map(
    ({ caller, method, route, status }) => `${caller === 'anna' ? '' : caller}${method} ${route} ${status}`,
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
  const ofAll = (await entries('*')).map(({ route }) => route);
  expect(new Set(ofAll)).toContain('/v1/model/heads');
  expect(ofAll.every((route) => !route.includes('{program}'))).toBe(true);
});

it('a request without a valid token is in the trail of its program, and of all where there is no such program', async () => {
  const { run, operations, call, entries, app } = await audited(null);
  await using _ = run;
  for (const operation of operations.slice(0, 40)) expect((await call(operation)).status).toBe(401);
  await app.request('/v1/programs/nowhere/summary');
  await app.request('/v1/programs/%ff/summary');
  const north = await entries('north');
  const named = operations.slice(0, 40).filter(({ path }) => path.includes('{program}'));
  expect(north.map(({ method, route }) => `${method} ${route}`).toSorted()).toEqual(
    named.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  for (const entry of north)
    expect(entry).toMatchObject({ caller: NO_CALLER, program: 'north', status: 401 });
  const routes = (await entries('*')).map(({ route }) => route);
  expect(routes.filter((route) => route === '/v1/programs/{program}/summary')).toHaveLength(2);
  expect(await entries('nowhere')).toEqual([]);
});

it('strangers do not fill the store: beyond sixty a minute they are counted', async () => {
  const { run, entries } = await audited(null);
  await using _ = run;
  const audit = new AuditTrail(run.home.objects);
  let now = 0;
  const refused = new RefusedTokens(audit, { isKnown: async () => true }, () => now);
  const app = new Hono().get('/v1/programs/:program/summary', async (context) => {
    await refused.note(context);
    return context.text('refused');
  });
  const note = async (times: number) => {
    for (let time = 0; time < times; time += 1) await app.request('/v1/programs/north/summary');
  };
  await note(1_000);
  now = 60_000;
  await note(2);
  await audit.flush();
  const noted = await entries('north');
  expect(noted).toHaveLength(62);
  expect(noted.map(({ query }) => query.requestsNotNoted).filter((count) => count !== undefined)).toEqual([
    '940',
  ]);
});

describe('an audit trail that cannot be written', () => {
  /** The API over a store that takes no part of the trail, with so many entries waiting that no more may come. */
  async function unwritable() {
    const run = await FunctionRun.open();
    await registerProgram(run.home.objects, 'north');
    let elapsed = 0;
    const audit = new AuditTrail(run.home.objects, { elapsed: () => elapsed });
    const explain = (error: Error) =>
      error.message === 'full' ? new ApiError(507, 'The disk is full.', { 'retry-after': '5' }) : error;
    const callerOf = (context: Context) => (context.req.header('authorization') ? OPERATOR : null);
    const app = createApi({ home: run.home, audit, authenticate: callerOf, log, explain });
    const genuine = run.home.objects.put.bind(run.home.objects);
    run.home.objects.put = (key, ...rest) =>
      key.startsWith('audited/') ? Promise.reject(new Error('full')) : genuine(key, ...rest);
    const subjects = Array.from({ length: 99 }, (_, patient) => `P${patient}`);
    for (let at = 0; at < MOST_UNWRITTEN / 100; at += 1) {
      audit.add({
        ...{ at: '2026-05-01T08:00:00.000Z', caller: 'anna', method: 'GET', route: '/v1', query: {} },
        ...{ program: 'north', subjects, status: 200 },
      });
    }
    const ask = (path: string, init: RequestInit = {}) =>
      app.request(path, {
        ...init,
        headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      });
    const mend = () => {
      run.home.objects.put = genuine;
      elapsed += 1_000;
    };
    return { run, audit, app, ask, mend };
  }

  it('refuses each request before it is done with the reason, and takes them again once it is written', async () => {
    const { run, audit, ask, mend } = await unwritable();
    await using _ = run;
    const webhook = { method: 'PUT', body: JSON.stringify({ url: 'https://example.org/hook' }) };
    const calls = [
      () => ask('/v1/programs/north/summary'),
      () => ask('/v1/programs/north/settings', webhook),
      () => ask('/v1/programs'),
    ];
    const before = await run.home.objects.listVersions('programs/', { limit: 1_000 });
    for (const call of calls) {
      const answer = await call();
      expect(answer.status).toBe(507);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(await answer.json()).toMatchObject({
        title: 'No room on the disk',
        detail: 'The disk is full.',
      });
    }
    expect(await run.home.objects.listVersions('programs/', { limit: 1_000 })).toEqual(before);
    expect((await ask('/health')).status).toBe(200);
    mend();
    expect((await ask('/v1/programs/north/summary')).status).toBe(200);
    await audit.flush();
    const { items } = await audit.page('north', { limit: 1_000 });
    expect(items).toHaveLength(MOST_UNWRITTEN / 100 + 1);
    expect(items[0]).toMatchObject({ route: '/v1/programs/{program}/summary', status: 200 });
  }, 60_000);

  it('counts requests without a valid token until they can be noted again', async () => {
    const { run, audit, app, mend } = await unwritable();
    await using _ = run;
    for (let time = 0; time < 5; time += 1)
      expect((await app.request('/v1/programs/north/summary')).status).toBe(401);
    mend();
    await audit.flush();
    expect((await app.request('/v1/programs/north/summary')).status).toBe(401);
    await audit.flush();
    const [newest] = (await audit.page('north', { limit: 1 })).items;
    expect(newest).toMatchObject({ caller: NO_CALLER, query: { requestsNotNoted: '5' } });
  }, 60_000);
});
