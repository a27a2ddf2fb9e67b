import { expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { ObjectFeatureStore } from '../features/object-feature-store.ts';
import { EXAM } from '../testing/records.ts';
import { forgetInReconciliations } from './forget-patient.ts';
import { reconcile } from './reconcile.ts';
import { RECONCILIATIONS_PREFIX, recordKey } from './stored-record.ts';
import type { ReconciledHome } from './sweep.ts';
import { findingsOf, reconciled } from './testing/reconciled.ts';
import { putShard } from './testing/shards.ts';

const DAY = 24 * 3_600;

/** Three lost photographs, a lost request, two shards that nothing names, an old answer and a stray vector. */
async function losses(): Promise<FunctionRun> {
  const run = await FunctionRun.open();
  const { objects, vectors, queues } = run.home;
  const empty = async (name: 'intake' | 'screening') => {
    const messages = await run.receive(name);
    await queues[name].queue.delete(messages.map(({ receipt }) => receipt));
  };
  await run.upload('left', 'asked left', { ...EXAM, patient: 'asked' });
  await run.upload('right', 'asked right', { ...EXAM, patient: 'asked' });
  await run.deliver('intake');
  await empty('screening');
  for (const patient of ['L1', 'L2', 'L3']) await run.upload('left', patient, { ...EXAM, patient });
  await empty('intake');
  const features = new ObjectFeatureStore(objects);
  for (const requestId of ['r1', 'r2']) await putShard(features, [{ exam: EXAM, requestId }]);
  await objects.put('requests/north/a.json', Buffer.from('{}'));
  const of = {
    model: 'm1',
    vector: Float32Array.of(1, 0),
    outcome: 'refer',
    screenedAt: '2026-05-01',
  } as const;
  await vectors.put([{ ...of, key: { ...EXAM, patient: 'stray' } }]);
  run.pass(901);
  await empty('intake');
  run.pass(3 * DAY);
  return run;
}

const EXPECTED = {
  'answer-expired': 1,
  'image-unannounced': 3,
  'exam-unanswered': 1,
  'vector-without-exam': 1,
  'feature-shard-unnamed': 2,
  // One of each of the two shards, once they are removed.
  'listed-row-without-shard': 2,
};

function doneOf(findings: ReturnType<typeof findingsOf>): Record<string, number> {
  return Object.fromEntries(Object.entries(findings).map(([name, { done }]) => [name, done]));
}

it('in a hundred calls of one step each finds what one call finds, and leaves one version of its record', async () => {
  await using run = await losses();
  const scope = { home: run.home, program: null, isDry: false } as const;
  let calls = 0;
  for (;;) {
    let steps = 1;
    const record = await reconcile({
      ...scope,
      stages: 'all',
      now: () => new Date(run.now()),
      mayGoOn: () => {
        steps -= 1;
        return steps >= 0;
      },
    });
    calls += 1;
    if (record.run !== null) continue;
    expect(doneOf(findingsOf(record))).toEqual(EXPECTED);
    break;
  }
  expect(calls).toBeGreaterThan(8);
  const versions = await run.home.objects.listVersions(RECONCILIATIONS_PREFIX, { limit: 100 });
  expect(versions.items.map(({ key }) => key)).toEqual([recordKey({ program: null, isDry: false })]);
});

/** A home that dies at its n-th call that changes something. Its features are objects, so that it dies amid an erasure too. */
function mortal(home: ReconciledHome, calls: number): ReconciledHome {
  let left = calls;
  const changes = new Set(['put', 'delete', 'deleteVersion', 'send', 'remove']);
  const wrap = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return async (...words: unknown[]) => {
          if (changes.has(String(name))) {
            left -= 1;
            if (left < 0) throw new Error('killed');
          }
          return Reflect.apply(value, target, words);
        };
      },
    });
  const queues = Object.entries(home.queues).map(([name, pair]) => [
    name,
    { queue: wrap(pair.queue), deadLetters: wrap(pair.deadLetters) },
  ]);
  const objects = wrap(home.objects);
  return {
    objects,
    features: new ObjectFeatureStore(objects),
    exams: wrap(home.exams),
    vectors: wrap(home.vectors),
    queues: Object.fromEntries(queues),
  };
}

it('killed before any of its changes does what is left of them when it is called again', async () => {
  let died = 0;
  for (let calls = 0; calls < 40; calls += 3) {
    await using run = await losses();
    const killed = reconciled(mortal(run.home, calls), run.now());
    const isDead = await killed.then(
      () => false,
      (error: Error) => error.message === 'killed',
    );
    if (isDead) died += 1;
    await reconciled(run.home, run.now());
    await run.settle();
    run.pass(901);
    await run.settle();
    for (const patient of ['asked', 'L1', 'L2', 'L3']) {
      expect(await run.exam({ ...EXAM, patient }), `${patient}, killed at ${calls}`).toMatchObject({
        status: 'screened',
      });
    }
    const left = await run.home.objects.list('', { limit: 100 });
    const names = left.items.map(({ key }) => key);
    expect(names.filter((key) => /^(?:features|requests)\//.test(key))).toEqual([]);
    expect((await run.home.vectors.list('north', { limit: 9 })).items).toEqual([]);
  }
  expect(died).toBeGreaterThan(4);
}, 300_000);

it('lets two at once do the work of one: the later one is told that it is too much', async () => {
  await using run = await losses();
  const both = await Promise.allSettled([reconciled(run.home, run.now()), reconciled(run.home, run.now())]);
  const reasons = both.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
  for (const reason of reasons) expect(reason).toContain('Another reconciliation of everything is under way');
  expect(reasons.length).toBeLessThan(2);
  await reconciled(run.home, run.now());
  await run.settle();
  expect(await run.exam({ ...EXAM, patient: 'asked' })).toMatchObject({ status: 'screened' });
});

it('names an erased patient no more, and goes on with a run that it was in', async () => {
  await using run = await losses();
  let steps = 6;
  const scope = { home: run.home, program: null, isDry: false, now: () => new Date(run.now()) } as const;
  await reconcile({
    ...scope,
    stages: 'all',
    mayGoOn: () => {
      steps -= 1;
      return steps > 0;
    },
  });
  await forgetInReconciliations(run.home.objects, 'north', 'L1');
  const stored = Buffer.from((await run.home.objects.get(recordKey(scope))).content).toString();
  expect(stored).not.toContain('north/L1/');
  expect(stored).toContain('north/L2/');
  const record = await reconcile({ ...scope, stages: 'all', mayGoOn: () => true });
  expect(record.run).toBeNull();
  await forgetInReconciliations(run.home.objects, 'north', 'asked');
  const after = Buffer.from((await run.home.objects.get(recordKey(scope))).content).toString();
  expect(after).not.toContain('asked');
  expect(findingsOf(JSON.parse(after))).toMatchObject({ 'exam-unanswered': { found: 1, examples: [] } });
});
