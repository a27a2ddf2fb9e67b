import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { attemptNoteKey, freshNote } from '../attempts/attempt-note.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { FeaturesReference } from '../exams/exam-result.ts';
import { shardOf } from '../features/write-shard.ts';
import { contentHolders } from '../identity/content-register.ts';
import type { ScreeningRequest } from '../messages/screening-request.ts';
import { batchOf, rowsLeft } from '../reconciliation/testing/shards.ts';
import { formerResultKey } from '../records/former-results.ts';
import { keepRecord, keptRecordKey } from '../records/kept-record.ts';
import { EXAM } from '../testing/records.ts';
import { continueErasures } from './continue-erasures.ts';
import { erasePatient } from './erase-patient.ts';

const MINUTE = 60;
const exam = (patient: string, id = EXAM.exam): ExamKey => ({ program: 'north', patient, exam: id });

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await run[Symbol.asyncDispose]();
});

const now = () => new Date(run.now());
const erase = (patient: string, by = 'anna') =>
  erasePatient(run.home, { program: 'north', patient, by, now });
const lookAgain = () => continueErasures(run.home, now);

/** Stores rows of features as a worker does. No number of one is another's. */
const storeRows = (...requests: readonly Pick<ScreeningRequest, 'exam' | 'requestId'>[]) =>
  run.home.features.put(batchOf(requests));

/** Uploads both eyes of exams, and takes their requests off the queue. */
async function request(...exams: readonly ExamKey[]): Promise<ScreeningRequest[]> {
  for (const key of exams) {
    for (const eye of ['left', 'right'] as const)
      await run.upload(eye, `${eye} of ${key.patient}, ${key.exam}, ${run.now()}`, key);
  }
  while ((await run.deliver('intake')) > 0);
  const messages = await run.receive('screening');
  await run.home.queues.screening.queue.delete(messages.map(({ receipt }) => receipt));
  const asked = messages.map(({ body }): ScreeningRequest => JSON.parse(body));
  return exams.map(
    (key) =>
      asked.find((one) => one.exam.patient === key.patient && one.exam.exam === key.exam) as ScreeningRequest,
  );
}

/** Screens exams in one batch. @returns where the features of each lie */
async function screen(...exams: readonly ExamKey[]): Promise<FeaturesReference[]> {
  const requests = await request(...exams);
  const places = await storeRows(...requests);
  for (const [at, one] of requests.entries()) await run.answer(one, { features: places[at] });
  while ((await run.deliver('results')) > 0);
  return [...places];
}

const keysOf = async (prefix: string) =>
  (await run.home.objects.listVersions(prefix, { limit: 100 })).items.map(({ key }) => key);
const rowsOf = async (patient: string) => {
  const rows: string[] = [];
  for await (const { requestId, place } of run.home.features.rowsOf('north', patient))
    rows.push(`${requestId} ${place.row}`);
  return rows;
};
const put = (key: string, text: string) => run.home.objects.put(key, Buffer.from(text));

/** Everything of a patient that no record names: of attempts, of answers, of people's work, of the search. */
async function scatter(key: ExamKey, asked = 'r-lost') {
  const { objects, vectors, exams } = run.home;
  const [lost] = await storeRows({ exam: key, requestId: asked });
  await put(attemptNoteKey(key, asked), JSON.stringify(freshNote(0)));
  await put(
    `requests/north/${key.patient}.json`,
    JSON.stringify({ at: run.now(), answer: `about ${key.patient}` }),
  );
  const record = await exams.get(key);
  if (record !== undefined) await keepRecord(objects, record);
  const vector = Float32Array.of(1, 0);
  await vectors.put([{ key, model: 'm1', vector, outcome: 'refer', screenedAt: '2026-05-01' }]);
  return lost as FeaturesReference;
}

const PLACES = ['images', 'feature-rows', 'results', 'kept-records', 'reconciliation/.attempts'].map(
  (place) => (patient: string) => `${place}/north/${patient}/`,
);

describe('a patient who is erased', () => {
  it('is gone from every place, with a receipt of what was there, and nothing of another patient is', async () => {
    const [a, b] = await screen(exam('A'), exam('B'));
    if (a === undefined || b === undefined) throw new Error('Expected two rows.');
    // A left photograph is replaced: a former result, and rows in another shard.
    await run.upload('left', 'left of A, taken again', exam('A'));
    await run.deliver('intake');
    const [again] = (await run.receive('screening')).map(({ body }): ScreeningRequest => JSON.parse(body));
    if (again === undefined) throw new Error('Expected a request.');
    const [second] = await storeRows(again);
    await run.answer(again, { features: second });
    await run.deliver('results');
    const lost = { a: await scatter(exam('A')), b: await scatter(exam('B')) };
    const contents = (await run.exam(exam('A')))?.images.map(({ sha256 }) => sha256) ?? [];
    expect(contents).toHaveLength(3);
    const before = await Promise.all(PLACES.map((place) => keysOf(place('B'))));

    const { receipt, lookAgainAt, remaining } = await erase('A');
    // Two eyes and a retake; rows of two results and of a lost attempt.
    expect(receipt.erased).toMatchObject({
      exams: 1,
      results: 2,
      reviews: 0,
      images: 3,
      features: 3,
      answers: 1,
    });
    expect(receipt).toMatchObject({ program: 'north', by: 'anna', at: now().toISOString() });
    expect(receipt.patientHash).not.toContain('A');
    expect(Date.parse(lookAgainAt) - run.now()).toBe(20 * 60_000);
    expect(remaining).toEqual(run.home.traces.remaining);
    const stored = await run.home.objects.get(`programs/north/receipts/${receipt.receipt}.json`);
    expect(JSON.parse(stored.content.toString())).toEqual(receipt);

    expect(await run.exam(exam('A'))).toBeUndefined();
    for (const place of PLACES) expect(await keysOf(place('A'))).toEqual([]);
    const [placeB] = [await run.home.features.holds(b)];
    expect(placeB).toBe(true);
    for (const place of [a, second as FeaturesReference, lost.a])
      expect(await run.home.features.holds(place)).toBe(false);
    expect(await run.home.features.holds(lost.b)).toBe(true);
    for (const sha256 of contents)
      expect(await contentHolders(run.home.objects, 'north', sha256)).toEqual([]);
    expect(await keysOf('requests/north/')).toEqual(['requests/north/B.json']);
    expect((await run.home.vectors.list('north', { limit: 9 })).items).toHaveLength(1);
    expect(await run.home.exams.latestErasure('north', 'A')).not.toBeNull();

    expect(await run.exam(exam('B'))).toMatchObject({ status: 'screened' });
    expect(await Promise.all(PLACES.map((place) => keysOf(place('B'))))).toEqual(before);
    expect(await run.home.exams.latestErasure('north', 'B')).toBeNull();
  });

  it('who is not there is told by a receipt of nothing', async () => {
    await screen(exam('B'));
    const { receipt } = await erase('nobody');
    expect(Object.values(receipt.erased)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(await run.exam(exam('B'))).toBeDefined();
  });

  it('loses every exam, and rows that former releases stored since the first of them', async () => {
    const [e1, e2, b] = await request(exam('A', 'e1'), exam('A', 'e2'), exam('B'));
    if (e1 === undefined || e2 === undefined || b === undefined) throw new Error('Expected three requests.');
    const { objects, features } = run.home;
    const shard = (day: string) => `features/m1/2026/${day}/s.safetensors`;
    // On that day, the next, and the day before: nothing of the patient was there yet.
    for (const day of ['05/01', '05/02', '04/30'])
      await objects.put(shard(day), shardOf(batchOf([e1, b, e2])));
    const { receipt } = await erase('A');
    expect(receipt.erased).toMatchObject({ exams: 2, results: 0, images: 4, features: 4 });
    expect(await rowsLeft(features, shard('05/01'))).toEqual([1]);
    expect(await rowsLeft(features, shard('05/02'))).toEqual([1]);
    expect(await rowsLeft(features, shard('04/30'))).toEqual([0, 1, 2]);
    expect(await run.exam(exam('A', 'e1'))).toBeUndefined();
    expect(await run.exam(exam('A', 'e2'))).toBeUndefined();
  });
});

describe('an erasure that is interrupted', () => {
  it('goes on when it has not been heard of for two minutes, and counts what it had removed before', async () => {
    await screen(exam('A'));
    const { exams } = run.home;
    vi.spyOn(exams, 'remove').mockRejectedValueOnce(new Error('killed'));
    await expect(erase('A', 'anna')).rejects.toThrow('killed');
    const [key = ''] = await keysOf('erasures/');
    const record = JSON.parse((await run.home.objects.get(key)).content.toString());
    expect(record).toMatchObject({ state: 'running', program: 'north', patient: 'A', erased: { images: 2 } });
    run.pass(2 * MINUTE - 1);
    expect(await lookAgain()).toMatchObject({ resumed: 0, closed: 0 });
    expect(await run.exam(exam('A'))).toBeDefined();
    run.pass(1);
    expect(await lookAgain()).toMatchObject({ resumed: 1, closed: 0 });
    expect(await run.exam(exam('A'))).toBeUndefined();
    const [receipt = ''] = await keysOf('programs/north/receipts/');
    const stored = JSON.parse((await run.home.objects.get(receipt)).content.toString());
    expect(stored).toMatchObject({
      receipt: record.receipt,
      by: 'anna',
      erased: { images: 2, exams: 1, results: 1 },
    });
  });

  it('goes on with the same receipt when it is asked for again', async () => {
    await screen(exam('A'));
    vi.spyOn(run.home.exams, 'remove').mockRejectedValueOnce(new Error('killed'));
    await expect(erase('A', 'anna')).rejects.toThrow('killed');
    const [key = ''] = await keysOf('erasures/');
    const { receipt: id } = JSON.parse((await run.home.objects.get(key)).content.toString());
    const { receipt } = await erase('A', 'ben');
    expect(receipt).toMatchObject({ receipt: id, by: 'anna', erased: { images: 2, exams: 1 } });
    // One that is over but for its second look is another's.
    const next = await erase('A', 'ben');
    expect(next.receipt).toMatchObject({ by: 'ben', erased: { images: 0, exams: 0 } });
    expect(next.receipt.receipt).not.toBe(id);
    expect(await keysOf('programs/north/receipts/')).toHaveLength(2);
  });
});

describe('what late writers leave of an erased patient', () => {
  it('is looked for twenty minutes later, and then nothing names the patient any more', async () => {
    await screen(exam('A'));
    await erase('A');
    const late = await scatter(exam('A'), 'r-late');
    // A worker lists its rows before it stores their shard: this one died in between.
    await put('feature-rows/north/A/2026-05-01/r-dead/0/m1/2026/05/01/dead', '');
    await put(formerResultKey(exam('A'), 'r-late'), '{}');
    run.pass(20 * MINUTE - 1);
    expect(await lookAgain()).toMatchObject({ resumed: 0, closed: 0, erased: { features: 0 } });
    expect(await run.home.features.holds(late)).toBe(true);
    run.pass(1);
    expect(await lookAgain()).toMatchObject({
      ...{ resumed: 0, closed: 1 },
      erased: { features: 1, results: 1, answers: 1, exams: 0, images: 0 },
    });
    expect(await run.home.features.holds(late)).toBe(false);
    for (const place of PLACES) expect(await keysOf(place('A'))).toEqual([]);
    expect(await keysOf('requests/north/')).toEqual([]);
    expect(await keysOf('erasures/')).toEqual([]);
    expect(await lookAgain()).toMatchObject({ resumed: 0, closed: 0 });
  });

  it('stays listed at first where its shard is not there: it may be about to be stored', async () => {
    await put('feature-rows/north/A/2026-05-01/r-dead/0/m1/2026/05/01/dead', '');
    await erase('A');
    expect(await rowsOf('A')).toEqual(['r-dead 0']);
    run.pass(20 * MINUTE);
    await lookAgain();
    expect(await rowsOf('A')).toEqual([]);
  });

  it('goes, and an exam that came after the erasure keeps what is its own', async () => {
    await screen(exam('A'));
    await erase('A');
    const late = await scatter(exam('A'), 'r-late');
    await run.home.objects.delete(keptRecordKey(exam('A')));
    const [place] = await screen(exam('A'));
    const later = await run.exam(exam('A'));
    if (place === undefined || later === undefined) throw new Error('Expected a later exam.');
    expect(later.erasure).not.toBeNull();
    await keepRecord(run.home.objects, later);
    // A retake is screened: its exam has a former result. Of another one the request is open.
    await run.upload('left', 'left of A, later', exam('A'));
    await run.deliver('intake');
    const [retake] = (await run.receive('screening')).map(({ body }): ScreeningRequest => JSON.parse(body));
    if (retake === undefined) throw new Error('Expected a request.');
    const [present] = await storeRows(retake);
    await run.answer(retake, { features: present });
    await run.deliver('results');
    await run.upload('left', 'left of A, much later', exam('A'));
    await run.deliver('intake');
    const open = (await run.exam(exam('A')))?.request?.requestId ?? '';
    const [inHand] = await storeRows({ exam: exam('A'), requestId: open });
    await put(attemptNoteKey(exam('A'), open), JSON.stringify(freshNote(0)));
    const vector = Float32Array.of(0, 1);
    await run.home.vectors.put([
      { key: exam('A'), model: 'm1', vector, outcome: 'refer', screenedAt: '2026-05-02' },
    ]);

    run.pass(20 * MINUTE);
    expect(await lookAgain()).toMatchObject({ closed: 1, erased: { features: 1, results: 0 } });
    expect(await run.home.features.holds(late)).toBe(false);
    expect(await run.home.features.holds(place)).toBe(true);
    expect(await run.home.features.holds(present as FeaturesReference)).toBe(true);
    expect(await run.home.features.holds(inHand as FeaturesReference)).toBe(true);
    const own = [later.result?.requestId, retake.requestId, open];
    expect(new Set(own).size).toBe(3);
    expect(await rowsOf('A')).toEqual(own.map((id) => `${id} 0`).toSorted());
    expect(await keysOf('reconciliation/.attempts/')).toEqual([attemptNoteKey(exam('A'), open)]);
    expect(new Set(await keysOf('kept-records/'))).toEqual(new Set([keptRecordKey(exam('A'))]));
    expect(await keysOf('results/')).toEqual([formerResultKey(exam('A'), later.result?.requestId ?? '')]);
    expect((await run.home.vectors.list('north', { limit: 9 })).items).toHaveLength(1);
    expect(await keysOf('images/north/A/')).toHaveLength(4);
    for (const { sha256 } of (await run.exam(exam('A')))?.images ?? [])
      expect(await contentHolders(run.home.objects, 'north', sha256)).toHaveLength(1);
  });
});
