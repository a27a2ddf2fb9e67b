import { expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { ObjectFeatureStore } from '../features/object-feature-store.ts';
import type { ScreeningRequest } from '../messages/screening-request.ts';
import { EXAM } from '../testing/records.ts';
import type { ReconciledHome } from './sweep.ts';
import { reconciled } from './testing/reconciled.ts';
import { putShard } from './testing/shards.ts';

const EXAMS = 40;
const PER_SHARD = 8;

/** A home that counts its calls by their names. Its features are objects: the page tells how often those are asked for. */
function counted(home: ReconciledHome, calls: Record<string, number>): ReconciledHome {
  const wrap = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, method) {
        const value = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        return (...words: unknown[]) => {
          const call = `${name}.${String(method)}`;
          calls[call] = (calls[call] ?? 0) + 1;
          return Reflect.apply(value, target, words);
        };
      },
    });
  const objects = wrap('objects', home.objects);
  return {
    ...home,
    objects,
    features: new ObjectFeatureStore(objects),
    exams: wrap('exams', home.exams),
    vectors: wrap('vectors', home.vectors),
  };
}

/** Screened exams of two photographs each, whose features stand in shards of eight. */
async function population(): Promise<FunctionRun> {
  const run = await FunctionRun.open();
  for (let number = 0; number < EXAMS; number += 1) {
    const exam = { ...EXAM, patient: `P${number}` };
    await run.upload('left', `left ${number}`, exam);
    await run.upload('right', `right ${number}`, exam);
  }
  while ((await run.deliver('intake')) > 0);
  const asked = new Map<string, ScreeningRequest>();
  for (
    let messages = await run.receive('screening');
    messages.length > 0;
    messages = await run.receive('screening')
  ) {
    for (const { body } of messages) {
      const request: ScreeningRequest = JSON.parse(body);
      asked.set(request.requestId, request);
    }
    await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
  }
  const requests = [...asked.values()];
  const features = new ObjectFeatureStore(run.home.objects);
  for (let first = 0; first < requests.length; first += PER_SHARD) {
    const batch = requests.slice(first, first + PER_SHARD);
    const shard = await putShard(features, batch);
    for (const [row, request] of batch.entries()) await run.answer(request, { features: { shard, row } });
    while ((await run.deliver('results')) > 0);
  }
  run.pass(901);
  while ((await run.deliver('intake')) > 0);
  run.pass(4 * 24 * 3_600);
  return run;
}

/** What docs/reconciliation.md multiplies by prices. */
it('asks of each home as often as its page says', async () => {
  await using run = await population();
  const of = async (stage: 'images' | 'exam-records' | 'search-index' | 'feature-rows') => {
    const calls: Record<string, number> = {};
    const found = await reconciled(counted(run.home, calls), run.now(), { stages: { only: [stage] } });
    expect(Object.keys(found).filter((name) => name !== 'exam-unindexed')).toEqual([]);
    return calls;
  };
  const shards = EXAMS / PER_SHARD;
  const images = await of('images');
  expect(images['exams.get']).toBe(EXAMS);
  // One for the photographs; the others are the record's own.
  expect(images['objects.listVersions']).toBeLessThanOrEqual(4);
  const records = await of('exam-records');
  expect(records['exams.get']).toBe(EXAMS);
  // A part of an object costs a HEAD and a GET.
  expect(records['objects.get']).toBeGreaterThanOrEqual(2 * EXAMS);
  expect(records['objects.get']).toBeLessThanOrEqual(2 * EXAMS + 3);
  expect(records['objects.head'] ?? 0).toBeLessThanOrEqual(shards + 3);
  expect(records['vectors.missing']).toBe(1);
  const features = await of('feature-rows');
  expect(features['exams.get']).toBe(EXAMS);
  expect(features['objects.head'] ?? 0).toBeLessThanOrEqual(3);
  expect(features['objects.get']).toBeLessThanOrEqual(shards + 3);
});
