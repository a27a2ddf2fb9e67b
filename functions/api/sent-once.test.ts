import { afterEach, beforeEach, expect, it } from 'vitest';
import { REQUESTS_PREFIX } from '../../core/keys/requests-prefix.ts';
import { registerProgram } from '../../core/programs/program-register.ts';
import { reconciled } from '../../core/reconciliation/testing/reconciled.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

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

/** @returns how many versions of remembered answers were removed, by the key */
async function forget(): Promise<number> {
  const found = await reconciled(run.home, run.now(), {
    stages: { only: ['remembered-answers'] },
    answersNow: () => run.home.clock.now(),
  });
  return found['answer-expired']?.done ?? 0;
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
  expect(await forget()).toBe(0);
  expect(await versions()).toBeGreaterThan(0);
  run.pass(2 * HOUR);
  expect(await forget()).toBe(1);
  expect(await versions()).toBe(0);
  expect((await webhook('https://example.org/one')).headers.get('idempotency-replayed')).toBeNull();
  expect(await forget()).toBe(0);
  expect((await webhook('https://example.org/one')).headers.get('idempotency-replayed')).toBe('true');
});

/** Lets every request fail inside the system. @returns mends it */
function breakStore(): () => void {
  const { objects } = run.home;
  const get = objects.get.bind(objects);
  objects.get = (key, options) => {
    if (key.includes('webhooks')) throw new Error('The disk is on fire.');
    return get(key, options);
  };
  return () => {
    objects.get = get;
  };
}

it('takes a request that failed inside the system again under its key, and keeps nothing of it', async () => {
  const mend = breakStore();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    expect((await webhook('https://example.org/one')).status).toBe(500);
    expect(await versions()).toBe(0);
  }
  mend();
  const answered = await webhook('https://example.org/one');
  expect([answered.status, answered.headers.get('idempotency-replayed')]).toEqual([201, null]);
  expect((await webhook('https://example.org/one')).headers.get('idempotency-replayed')).toBe('true');
});

it('forgets what a former release hid behind delete markers, and what was never answered', async () => {
  const { objects } = run.home;
  const claim = Buffer.from(JSON.stringify({ request: 'r', at: run.home.clock.now(), answer: null }));
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await objects.put(`${REQUESTS_PREFIX}north/hidden.json`, claim);
    await objects.delete(`${REQUESTS_PREFIX}north/hidden.json`);
  }
  await objects.put(`${REQUESTS_PREFIX}north/never-answered.json`, claim);
  run.pass(23 * HOUR);
  expect(await forget()).toBe(0);
  expect(await versions()).toBe(7);
  await webhook('https://example.org/one');
  run.pass(2 * HOUR);
  expect(await forget()).toBe(2);
  expect((await objects.list(REQUESTS_PREFIX, { limit: 9 })).items).toHaveLength(1);
  expect(await versions()).toBe(2);
});
