import { afterEach, beforeEach, expect, it } from 'vitest';
import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { forgetAnswers } from './forget-answers.ts';

const HOUR = 3_600;
const KEY = { 'idempotency-key': 'k1' };

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
  await registerProgram(run.home.objects, 'north');
});
afterEach(() => run[Symbol.asyncDispose]());

function webhook(url: string) {
  return apiClient(run).post('/v1/programs/north/webhooks', { url, events: ['JobFinished'] }, KEY);
}

async function versions(): Promise<number> {
  return (await run.home.objects.listVersions(REQUESTS_PREFIX, { limit: 100 })).items.length;
}

it('gives the same answer under the same key for 24 hours, and takes the key for a new request from then on', async () => {
  const first = await webhook('https://example.org/one');
  expect(first.status).toBe(201);
  run.pass(23 * HOUR);
  const again = await webhook('https://example.org/one');
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect((await webhook('https://example.org/two')).status).toBe(422);

  run.pass(2 * HOUR);
  const later = await webhook('https://example.org/two');
  expect(later.status).toBe(201);
  expect(later.headers.get('idempotency-replayed')).toBeNull();
  expect((await webhook('https://example.org/two')).body).toEqual(later.body);
});

it('keeps nothing on this machine of what is older than a day, and all that is not', async () => {
  await webhook('https://example.org/one');
  run.pass(23 * HOUR);
  expect(await forgetAnswers(run.home.objects, run.home.clock.now())).toBe(0);
  expect(await versions()).toBeGreaterThan(0);
  run.pass(2 * HOUR);
  expect(await forgetAnswers(run.home.objects, run.home.clock.now())).toBe(1);
  expect(await versions()).toBe(0);
  expect((await webhook('https://example.org/one')).headers.get('idempotency-replayed')).toBeNull();
  expect(await forgetAnswers(run.home.objects, run.home.clock.now())).toBe(0);
  expect((await webhook('https://example.org/one')).headers.get('idempotency-replayed')).toBe('true');
});
