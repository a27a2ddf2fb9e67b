import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerProgram } from '../../core/programs/program-register.ts';
import { OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';

let run: FunctionRun;
let app: ReturnType<typeof createApi>;

beforeAll(async () => {
  run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  app = createApi({ home: run.home, authenticate: () => OPERATOR, log, jobs: 'off' });
});
afterAll(() => run[Symbol.asyncDispose]());

describe('an API of a deployment that has nothing that works on jobs', () => {
  it.each(['jobs', 'jobs/manifests', 'job-schedules'])(
    'refuses to make %s, and says what to deploy',
    async (what) => {
      const answer = await app.request(`/v1/programs/north/${what}`, {
        method: 'POST',
        body: JSON.stringify({ mode: 'screen', selection: {} }),
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('-c gpuService=on');
    },
  );

  it.each(['jobs', 'job-schedules'])('still lists %s of before', async (what) => {
    const answer = await app.request(`/v1/programs/north/${what}`);
    expect(answer.status).toBe(200);
  });
});
