import { afterAll, beforeAll, expect, it } from 'vitest';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';

let run: FunctionRun;
beforeAll(async () => {
  run = await FunctionRun.open();
});
afterAll(() => run[Symbol.asyncDispose]());

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'BREW'])(
  'a request by the method %s is refused in words, before anything looks it up',
  async (method) => {
    const app = createApi({ home: run.home, authenticate: () => null, log });
    const address = '/v1/programs/north/patients/P1/exams/1/reviews';
    const answer = await app.request(address, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status: 405, title: 'Method not allowed' });
    // What HTTP knows is routed as ever.
    expect((await app.request(address, { method: 'GET' })).status).toBe(401);
  },
);
