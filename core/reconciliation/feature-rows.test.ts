import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ScreeningRequest } from '../messages/screening-request.ts';
import { EXAM, MODEL } from '../testing/records.ts';
import { SUSPICIOUSLY_MANY } from './stages/feature-rows.ts';
import { reconciled } from './testing/reconciled.ts';
import { putShard, rowsLeft } from './testing/shards.ts';

const DAY = 24 * 3_600;
const FEATURES = { stages: { only: ['feature-rows'] } } as const;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const exam = (patient: string): ExamKey => ({ ...EXAM, patient });

/** Uploads exams and takes their requests off the queue, as a worker. */
async function requests(...patients: readonly string[]): Promise<ScreeningRequest[]> {
  for (const patient of patients) {
    await run.upload('left', `${patient} left`, exam(patient));
    await run.upload('right', `${patient} right`, exam(patient));
  }
  while ((await run.deliver('intake')) > 0);
  const messages = await run.receive('screening');
  await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
  const asked = messages.map(({ body }): ScreeningRequest => JSON.parse(body));
  return patients.map((patient) => asked.find((one) => one.exam.patient === patient) as ScreeningRequest);
}

async function answer(request: ScreeningRequest, place: { readonly shard: string; readonly row: number }) {
  await run.answer(request, { features: place });
  await run.deliver('results');
}

async function shards(): Promise<string[]> {
  return (await run.home.features.shards({ limit: 100 })).items.map(({ shard }) => shard);
}

describe('features', () => {
  it('of attempts that failed or were repeated go, and those that results name stay', async () => {
    const [a, b, c] = await requests('A', 'B', 'C');
    if (!a || !b || !c) throw new Error('Expected three requests.');
    const { features } = run.home;
    // The first worker died behind its shard; the second one answered A and C, a third one B.
    const died = await putShard(features, [a, b]);
    const second = await putShard(features, [b, a, c]);
    const third = await putShard(features, [b]);
    await answer(a, { shard: second, row: 1 });
    await answer(c, { shard: second, row: 2 });
    await answer(b, { shard: third, row: 0 });

    run.pass(DAY);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({});
    run.pass(2 * DAY);
    const expected = {
      'feature-shard-unnamed': { found: 1, done: 1, examples: [died] },
      'feature-row-unnamed': { found: 1, done: 1, examples: [`${second}#0`] },
    };
    const dry = await reconciled(run.home, run.now(), { ...FEATURES, isDry: true });
    expect(dry).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, of]) => [name, { ...of, done: 0 }])),
    );
    expect(await shards()).toHaveLength(3);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual(expected);
    expect(await shards()).toEqual([second, third].toSorted());
    expect(await rowsLeft(features, second)).toEqual([1, 2]);
    expect(await rowsLeft(features, third)).toEqual([0]);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({});
  });

  it('of a request that is still open stay until it is answered', async () => {
    const [a] = await requests('A');
    if (!a) throw new Error('Expected a request.');
    const first = await putShard(run.home.features, [a]);
    const again = await putShard(run.home.features, [a]);
    run.pass(30 * DAY);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({});
    await answer(a, { shard: again, row: 0 });
    expect(await reconciled(run.home, run.now(), FEATURES)).toMatchObject({
      'feature-shard-unnamed': { examples: [first] },
    });
    expect(await shards()).toEqual([again]);
  });

  it('of a former result stay: it can be reproduced from what it names', async () => {
    const [a] = await requests('A');
    if (!a) throw new Error('Expected a request.');
    const former = await putShard(run.home.features, [a, { exam: exam('B'), requestId: 'unanswered' }]);
    await answer(a, { shard: former, row: 0 });
    await run.upload('left', 'a retake', exam('A'));
    await run.deliver('intake');
    const [message] = await run.receive('screening');
    const again: ScreeningRequest = JSON.parse(message?.body ?? '');
    const present = await putShard(run.home.features, [again]);
    await answer(again, { shard: present, row: 0 });
    expect(await run.formerResults(exam('A'))).toHaveLength(1);
    run.pass(3 * DAY);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({
      'feature-row-unnamed': { found: 1, done: 1, examples: [`${former}#1`] },
    });
    expect(await rowsLeft(run.home.features, former)).toEqual([0]);
    expect(await rowsLeft(run.home.features, present)).toEqual([0]);
  });

  it('of a patient whose exams are gone go', async () => {
    const [a, b] = await requests('A', 'B');
    if (!a || !b) throw new Error('Expected two requests.');
    const both = await putShard(run.home.features, [a, b]);
    await answer(a, { shard: both, row: 0 });
    await answer(b, { shard: both, row: 1 });
    const record = await run.exam(exam('A'));
    if (record === undefined) throw new Error('Expected an exam.');
    await run.home.exams.remove(record);
    run.pass(3 * DAY);
    await reconciled(run.home, run.now(), FEATURES);
    expect(await rowsLeft(run.home.features, both)).toEqual([1]);
  });

  it('that are damaged go where no result names them, and are shown where one does', async () => {
    const [a] = await requests('A');
    if (!a) throw new Error('Expected a request.');
    // Damage has the form of an object: this holds of features among objects only.
    const { objects } = run.home;
    const shard = (name: string) => `features/m1/2026/05/01/${name}.safetensors`;
    await objects.put(shard('half'), Buffer.from('half writ'));
    await objects.put(shard('short'), Buffer.from('x'));
    await objects.put(shard('named'), Buffer.from('damaged later'));
    await answer(a, { shard: shard('named'), row: 0 });
    run.pass(3 * DAY);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({
      'feature-shard-damaged': { found: 1, done: 0, examples: [shard('named')] },
      'feature-shard-unnamed': { found: 2, done: 2, examples: [shard('half'), shard('short')] },
    });
    expect(await shards()).toEqual([shard('named')]);
  });

  it('stay, all of them, where the exam table names none: it may be the wrong one', async () => {
    for (let at = 0; at < SUSPICIOUSLY_MANY; at += 1) {
      await putShard(run.home.features, [{ exam: exam(`P${at}`), requestId: `r${at}` }]);
    }
    run.pass(3 * DAY);
    expect(await reconciled(run.home, run.now(), FEATURES)).toEqual({
      'features-all-unnamed': { found: 1, done: 0, examples: [`${SUSPICIOUSLY_MANY} shards`] },
    });
    expect(await shards()).toHaveLength(SUSPICIOUSLY_MANY);
  });

  it('stay where a record cannot be read: what it names is not known', async () => {
    const [a] = await requests('A');
    if (!a) throw new Error('Expected a request.');
    const named = await putShard(run.home.features, [a]);
    await answer(a, { shard: named, row: 0 });
    const get = run.home.exams.get.bind(run.home.exams);
    run.home.exams.get = async (key) => {
      if (key.patient === 'A') throw new Error('The record is damaged.');
      return get(key);
    };
    run.pass(3 * DAY);
    const found = await reconciled(run.home, run.now(), FEATURES);
    expect(found).toMatchObject({ 'record-unreadable': { examples: ['north/A/2026-05-01'] } });
    expect(await rowsLeft(run.home.features, named)).toEqual([0]);
  });

  it('of one program are not looked at: a shard holds rows of several', async () => {
    await putShard(run.home.features, [{ exam: EXAM, requestId: 'r' }]);
    run.pass(3 * DAY);
    expect(await reconciled(run.home, run.now(), { program: 'north' })).toEqual({});
    expect(await shards()).toHaveLength(1);
    expect(MODEL.model).toBe('m1');
  });
});
