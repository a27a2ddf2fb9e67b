import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiClient } from '../../../functions/testing/api-client.ts';
import { FunctionRun } from '../../../functions/testing/function-run.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { imageKey } from '../../keys/image-key.ts';
import { erasePatient } from '../../patients/erase-patient.ts';
import { keepRecord, keptRecordKey } from '../../records/kept-record.ts';
import { EXAM } from '../../testing/records.ts';
import { reconciled } from '../testing/reconciled.ts';

const HOUR = 3_600;
const ADDRESS = `/v1/programs/${EXAM.program}/patients/${EXAM.patient}/exams/${EXAM.exam}`;
const NAME = 'north/P1/2026-05-01';
const KEPT = { stages: { only: ['kept-records'] } } as const;

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

const bringBack = (change = {}) => reconciled(run.home, run.now(), { ...KEPT, ...change });

async function examOf(): Promise<ExamRecord> {
  const record = await run.exam();
  if (record === undefined) throw new Error('Expected an exam.');
  return record;
}

async function screened(): Promise<ExamRecord> {
  await run.upload('left', 'the left eye');
  await run.upload('right', 'the right eye, longer');
  await run.settle();
  return examOf();
}

/** Puts the exam's record back as it was at an earlier moment, as a restored table does. */
async function restoreTable(former: ExamRecord | undefined): Promise<void> {
  await run.home.exams.remove(await examOf());
  if (former !== undefined) await run.home.exams.restore(former);
}

async function review(outcome: string): Promise<string> {
  const { status, body } = await apiClient(run).post(`${ADDRESS}/reviews`, { outcome });
  expect(status).toBe(201);
  return body.verdict.id;
}

async function withdraw(eye: 'left' | 'right'): Promise<void> {
  const image = imageKey(EXAM, eye, 'jpg');
  const { status } = await apiClient(run).post(`${ADDRESS}/images/withdraw`, { image, reason: 'of another' });
  expect(status).toBe(200);
}

const verdicts = async () => ((await examOf()).reviews ?? []).map(({ id }) => id);

describe('what people have said since the moment that a table was restored to', () => {
  it('is not found where the table knows it', async () => {
    await screened();
    await review('refer');
    expect(await bringBack()).toEqual({});
  });

  it('a verdict, is brought back beside one that was given after the restore', async () => {
    const before = await screened();
    const lost = await review('refer');
    await restoreTable(before);
    expect(await verdicts()).toEqual([]);
    const later = await review('recall');
    expect(await bringBack({ isDry: true })).toEqual({
      'work-lost': { found: 1, done: 0, examples: [NAME] },
    });
    expect(await verdicts()).toEqual([later]);
    expect(await bringBack()).toEqual({ 'work-lost': { found: 1, done: 1, examples: [NAME] } });
    expect(await verdicts()).toEqual([lost, later]);
    expect(await bringBack()).toEqual({});
  });

  it('a withdrawal, is brought back, and the exam is screened by what is left', async () => {
    const before = await screened();
    await withdraw('left');
    await run.settle();
    await restoreTable(before);
    expect((await examOf()).images.map(({ state }) => state)).toEqual(['current', 'current']);
    expect(await bringBack()).toMatchObject({ 'work-lost': { done: 1 } });
    await run.settle();
    const after = await examOf();
    const withdrawn = after.images.filter(({ state }) => state === 'withdrawn');
    expect(withdrawn).toMatchObject([{ laterality: 'left', withdrawal: { reason: 'of another' } }]);
    expect(after).toMatchObject({ status: 'screened', result: { eyes: { left: null } } });
    expect(after.result?.eyes.right?.image.key).toBe(imageKey(EXAM, 'right', 'jpg'));
  });

  it('withdrawals of all images, have the answer that was given then', async () => {
    const before = await screened();
    await withdraw('left');
    await withdraw('right');
    const kept = await examOf();
    await run.settle();
    await restoreTable(before);
    await bringBack();
    const after = await examOf();
    expect(after.images.map(({ state }) => state)).toEqual(['withdrawn', 'withdrawn']);
    expect(after.result).toEqual(kept.result);
    expect((await run.receive('intake')).length).toBe(0);
  });

  it('an exam that the table does not know, is saved as it was kept, and its withdrawn image is not taken in again', async () => {
    await screened();
    await withdraw('left');
    await run.settle();
    const id = await review('refer');
    const kept = await examOf();
    await restoreTable(undefined);
    run.pass(2 * HOUR);
    const findings = await reconciled(run.home, run.now(), { stages: { only: ['kept-records', 'images'] } });
    expect(findings).toEqual({ 'work-lost': { found: 1, done: 1, examples: [NAME] } });
    expect(await verdicts()).toEqual([id]);
    expect(await examOf()).toEqual({ ...kept, revision: 1 });
  });
});

describe('what is kept', () => {
  it('from before what the table knows changes nothing', async () => {
    await screened();
    await review('refer');
    const older = await examOf();
    await review('recall').catch(() => undefined);
    await withdraw('left');
    const now = await examOf();
    await keepRecord(run.home.objects, older);
    expect(await bringBack()).toEqual({});
    expect(await examOf()).toEqual(now);
  });

  it('of an erased patient brings back nothing', async () => {
    await screened();
    await review('refer');
    const kept = await examOf();
    await erasePatient(run.home, {
      ...{ program: EXAM.program, patient: EXAM.patient, by: 'operator' },
      now: () => new Date(run.now()),
    });
    // A late writer has kept it once more.
    await keepRecord(run.home.objects, kept);
    await bringBack();
    expect(await run.exam()).toBeUndefined();
    // Nor of an exam that came after the erasure.
    await screened();
    const later = await examOf();
    expect(await bringBack()).toEqual({});
    expect(await examOf()).toEqual(later);
    run.pass(25 * HOUR);
    expect(await bringBack()).toEqual({ 'work-undecided': { found: 1, done: 0, examples: [NAME] } });
    expect(await examOf()).toEqual(later);
  });

  it('and cannot be read, or lies under another exam, is shown', async () => {
    await screened();
    await review('refer');
    const { objects } = run.home;
    const other = keptRecordKey({ ...EXAM, patient: 'P2' });
    await objects.put(other, Buffer.from(JSON.stringify(await examOf())));
    await objects.put(keptRecordKey(EXAM), Buffer.from('{'));
    const found = await bringBack();
    expect(found).toEqual({ 'kept-record-unreadable': { found: 2, done: 0, examples: expect.anything() } });
    // They are read side by side.
    expect(found['kept-record-unreadable']?.examples.toSorted()).toEqual([keptRecordKey(EXAM), other]);
    expect(await bringBack({ program: 'south' })).toEqual({});
  });
});
