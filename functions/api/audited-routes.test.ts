import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { AuditTrail } from '../../core/audit/audit-trail.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';
import type { Caller } from './caller.ts';
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
