import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAM_LISTINGS } from '../../core/exams/exam-listing.ts';
import { DEFAULT_REVIEW_SETTINGS, readingOf } from '../../core/exams/review-settings.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { registeredExam, screenedExam } from '../conformance/exam-records.ts';
import { openDynalite } from './dynamo-emulator.ts';

const EXAMS = 120;

let calls: { readonly command: string; readonly units: number }[] = [];
let exams: ExamTable;
let close: () => Promise<void>;
const writes: number[] = [];

function unitsOf(commands: readonly string[] = []): number {
  const chosen = calls.filter(({ command }) => commands.length === 0 || commands.includes(command));
  return chosen.reduce((sum, { units }) => sum + units, 0);
}

beforeAll(async () => {
  const subject = await openDynalite((command, units) => calls.push({ command, units }));
  ({ exams } = subject);
  close = subject.close;
  for (let index = 0; index < EXAMS; index += 1) {
    calls = [];
    const key = { program: 'north', patient: `P${String(index).padStart(4, '0')}`, exam: '1' };
    const at = new Date(Date.UTC(2026, 4, 1, 0, 0, index)).toISOString();
    const registered = await exams.save(registeredExam(key, at));
    const screening = await exams.save({ ...registered, status: 'screening' });
    const outcome = index % 10 === 0 ? 'refer' : 'recall';
    const screened = screenedExam(screening, outcome, at);
    await exams.save({
      ...screened,
      reading: readingOf(DEFAULT_REVIEW_SETTINGS, key, { outcome, screenedAt: at }),
    });
    writes.push(unitsOf());
  }
  await Promise.all(
    Array.from({ length: EXAMS }, (_, index) =>
      exams.save(
        registeredExam({ program: 'south', patient: `P${index}`, exam: '1' }, '2026-05-01T00:00:00.000Z'),
      ),
    ),
  );
});
afterAll(() => close());

/** What a read consumes, by DynamoDB's own rule: 4 KB a unit, half of it where it need not be consistent. */
async function cost(read: () => Promise<unknown>): Promise<number> {
  calls = [];
  await read();
  expect(calls.filter(({ command }) => command === 'ScanCommand')).toEqual([]);
  return unitsOf();
}

describe('what the exam table consumes', () => {
  it('is a bounded number of write units for an exam from its first eye to its result', () => {
    // dynalite counts the table alone. DynamoDB adds a unit for each change of an index: 5, and 1 in the work list.
    // The first write is a transaction with the patient's tombstone: twice its own unit, and 2 for the check.
    expect(Math.max(...writes)).toBeLessThanOrEqual(8);
    console.info(
      `write units an exam, without the indexes: ${Math.min(...writes)} to ${Math.max(...writes)}`,
    );
  });

  it('is one item for an exam, one patient for a patient, whatever the program holds', async () => {
    const key = { program: 'north', patient: 'P0001', exam: '1' };
    expect(await cost(() => exams.get(key))).toBeLessThanOrEqual(1);
    expect(await cost(() => exams.listByPatient('north', 'P0001', { limit: 100 }))).toBeLessThanOrEqual(1);
  });

  it('grows with the page, not with the program', async () => {
    const page = (limit: number) => () => exams.list('north', { listings: ['recall'], limit });
    const small = await cost(page(5));
    const large = await cost(page(50));
    // Half a unit at least for each of nine partitions, twice where its likely share is not enough.
    expect(small).toBeLessThanOrEqual(10);
    expect(large).toBeGreaterThan(small);
    expect(large).toBeLessThanOrEqual(60);
    console.info(`read units of a page of 5: ${small}; of 50: ${large}`);
  });

  it('is, for what a filter leaves out, the index alone: no record is read', async () => {
    const where = { label: { name: 'of nobody' } };
    const units = await cost(() => exams.list('north', { listings: EXAM_LISTINGS, where, limit: 50 }));
    expect(calls.every(({ command }) => command === 'QueryCommand')).toBe(true);
    expect(units).toBeLessThanOrEqual(14);
    console.info(`read units of ${EXAMS} exams filtered out: ${units}`);
  });

  it('is, for the work list and the counts, what waits and what is counted', async () => {
    expect(await cost(() => exams.workList('north', { stage: 'first', limit: 5 }))).toBeLessThanOrEqual(9);
    expect(
      await cost(() => exams.workList('north', { stage: 'arbitration', limit: 50 })),
    ).toBeLessThanOrEqual(2);
    expect(await cost(() => exams.facts('south', { listings: ['refer'], limit: 100 }))).toBeLessThanOrEqual(
      1,
    );
  });
});
