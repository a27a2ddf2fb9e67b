import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { ReviewRefusedError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Outcome } from '../exams/outcome.ts';
import { DEFAULT_REVIEW_SETTINGS, isDrawn, readingOf } from '../exams/review-settings.ts';
import { reviewStateOf } from '../exams/review-state.ts';
import { addReview } from './add-review.ts';
import { agreementOf } from './agreement.ts';
import { readerReports } from './reader-report.ts';
import { resultLineOf } from './result-line.ts';

const SCREENED_AT = '2026-05-02T00:00:00.000Z';

function exam(outcome: Outcome, drawn = false): ExamRecord {
  const waiting = registeredExam({ program: 'north', patient: 'P1', exam: '1' }, '2026-05-01T00:00:00.000Z');
  const record = screenedExam(waiting, outcome, SCREENED_AT);
  const reading = readingOf(DEFAULT_REVIEW_SETTINGS, record, { outcome, screenedAt: SCREENED_AT });
  return { ...record, reading: { ...reading, drawn } };
}

function read(record: ExamRecord, reader: string, outcome: Outcome, hours = 1): ExamRecord {
  const now = new Date(Date.parse(SCREENED_AT) + hours * 3_600_000);
  const verdict = { id: `${reader}-${outcome}`, outcome, reader, note: null };
  return addReview(record, verdict, now, DEFAULT_REVIEW_SETTINGS);
}

/** The stages that an exam goes through, and the outcome after them. */
function course(record: ExamRecord, verdicts: readonly Outcome[]): (string | null)[] {
  const stages = [reviewStateOf(record)?.stage ?? null];
  let after = record;
  for (const [index, outcome] of verdicts.entries()) {
    after = read(after, `reader ${index}`, outcome);
    stages.push(reviewStateOf(after)?.stage ?? null);
  }
  return [...stages, reviewStateOf(after)?.outcome ?? null];
}

describe('the reading of an exam', () => {
  it.each<[Outcome, boolean, readonly Outcome[], readonly (string | null)[]]>([
    ['recall', false, [], [null, 'recall']],
    ['recall', true, [], ['second', 'recall']],
    ['recall', true, ['recall'], ['second', null, 'recall']],
    ['recall', true, ['refer'], ['second', 'second', null]],
    ['recall', true, ['refer', 'refer'], ['second', 'second', null, 'refer']],
    ['recall', true, ['refer', 'recall'], ['second', 'second', 'arbitration', null]],
    ['recall', true, ['refer', 'recall', 'recall'], ['second', 'second', 'arbitration', null, 'recall']],
    ['recall', false, ['recall'], [null, null, 'recall']],
    ['recall', false, ['refer'], [null, 'second', null]],
    ['refer', false, [], ['first', 'refer']],
    ['refer', false, ['refer'], ['first', null, 'refer']],
    ['refer', false, ['recall'], ['first', 'second', null]],
    ['refer', false, ['recall', 'recall'], ['first', 'second', null, 'recall']],
    ['refer', false, ['refer', 'recall'], ['first', null, 'arbitration', null]],
    [
      'refer',
      false,
      ['recall', 'refer', 'refer-urgent'],
      ['first', 'second', 'arbitration', null, 'refer-urgent'],
    ],
    ['refer-urgent', false, [], ['first', 'refer-urgent']],
    ['ungradable', false, [], ['first', 'ungradable']],
  ])('of %s, drawn %s, read as %j goes through %j', (machine, drawn, verdicts, stages) => {
    expect(course(exam(machine, drawn), verdicts)).toEqual(stages);
  });

  it('lets no reader be their own second, and no one read what is final', () => {
    const once = read(exam('refer'), 'anna', 'recall');
    expect(() =>
      addReview(
        once,
        { id: 'x', outcome: 'refer', reader: 'anna', note: null },
        new Date(),
        DEFAULT_REVIEW_SETTINGS,
      ),
    ).toThrow(/own second/);
    const final = read(once, 'ben', 'recall');
    expect(() => read(final, 'carla', 'refer')).toThrow(/final/);
    for (const waiting of [
      registeredExam(once, SCREENED_AT),
      { ...exam('refer'), status: 'screening' as const },
    ]) {
      expect(() => read(waiting, 'anna', 'refer')).toThrow(ReviewRefusedError);
      expect(() => read(waiting, 'anna', 'refer')).toThrow('Exam north/P1/1 has no result for its present');
    }
  });

  it.each<[Outcome, boolean, readonly (string | undefined)[]]>([
    ['recall', false, ['first', 'second']],
    ['recall', true, ['second', 'second']],
    ['refer', false, ['first', 'second']],
  ])(
    'of %s, drawn %s, has the stages %j where two readers agree, and stays drawn or not',
    (machine, drawn, stages) => {
      const twice = read(read(exam(machine, drawn), 'anna', machine), 'ben', machine);
      expect(twice.reviews?.map(({ stage }) => stage)).toEqual(stages);
      expect(twice.reading?.drawn).toBe(drawn);
      // Exams screened before there were readings were not drawn.
      expect(read({ ...exam(machine), reading: undefined }, 'anna', machine).reading?.drawn).toBe(false);
    },
  );

  it('takes the same verdict once, however often it is sent', () => {
    const once = read(exam('refer'), 'anna', 'recall');
    expect(read(once, 'anna', 'recall')).toBe(once);
  });

  it('changes neither the result nor an earlier verdict', () => {
    const before = exam('refer');
    const once = read(before, 'anna', 'recall');
    const twice = read(once, 'ben', 'refer');
    expect(twice.result).toEqual(before.result);
    expect(twice.reviews?.[0]).toEqual(once.reviews?.[0]);
    expect(resultLineOf(twice)).toMatchObject({
      outcome: 'refer',
      review: {
        outcome: null,
        status: 'preliminary',
        stage: 'arbitration',
        verdicts: [{ reader: 'anna' }, { reader: 'ben' }],
      },
    });
    expect(resultLineOf(before)?.review).toBeNull();
  });

  it.each(['left', 'right'] as const)(
    'begins again when the photograph of the %s eye is replaced, and keeps the verdicts of the old one',
    (laterality) => {
      const once = read(exam('refer'), 'anna', 'refer');
      const eye = once.result?.eyes[laterality];
      if (once.result == null || eye == null) throw new Error('Expected the eye.');
      const image = { ...eye.image, sha256: 'f'.repeat(64) };
      const eyes = { ...once.result.eyes, [laterality]: { ...eye, image } };
      const anew: ExamRecord = { ...once, result: { ...once.result, requestId: 'request-2', eyes } };
      expect(reviewStateOf(once)?.reviews).toHaveLength(1);
      expect(reviewStateOf(anew)).toMatchObject({ stage: 'first', reviews: [] });
      expect(read(anew, 'anna', 'ungradable').reviews).toHaveLength(2);
    },
  );

  it('asks for a second reader when another model disagrees with the first', () => {
    const once = read(exam('refer'), 'anna', 'refer');
    if (once.result === null) throw new Error('Expected a result.');
    const rescored: ExamRecord = { ...once, result: { ...once.result, outcome: 'recall' } };
    expect(reviewStateOf(rescored)?.stage).toBe('second');
  });

  it('is due by the outcome, and sooner after a more urgent verdict', () => {
    expect(reviewStateOf(exam('refer-urgent'))?.dueAt).toBe('2026-05-03T00:00:00.000Z');
    expect(reviewStateOf(exam('refer'))?.dueAt).toBe('2026-05-16T00:00:00.000Z');
    expect(reviewStateOf(exam('recall', true))?.dueAt).toBe('2026-05-30T00:00:00.000Z');
    expect(reviewStateOf(read(exam('refer'), 'anna', 'refer-urgent'))?.dueAt).toBe(
      '2026-05-03T01:00:00.000Z',
    );
    expect(reviewStateOf(read(exam('refer'), 'anna', 'recall'))?.dueAt).toBe('2026-05-16T00:00:00.000Z');
  });
});

describe('the share that is read over', () => {
  const exams = Array.from({ length: 5_000 }, (_, index) => ({
    program: 'north',
    patient: `P${index}`,
    exam: '1',
  }));
  const drawn = (share: number, seed = '') =>
    exams.filter((key) => isDrawn({ overReadShare: share, seed }, key));

  it('is as large as it is set, and the same every time', () => {
    expect(drawn(0)).toEqual([]);
    expect(drawn(1)).toHaveLength(5_000);
    const tenth = drawn(0.1);
    expect(tenth.length).toBeGreaterThan(400);
    expect(tenth.length).toBeLessThan(600);
    expect(drawn(0.1)).toEqual(tenth);
  });

  it('is another with another seed, and grows without dropping any', () => {
    expect(drawn(0.1, 'other')).not.toEqual(drawn(0.1));
    expect(drawn(0.2)).toEqual(expect.arrayContaining(drawn(0.1)));
  });

  it('is drawn from negatives only', () => {
    const settings = { ...DEFAULT_REVIEW_SETTINGS, overReadShare: 1 };
    const of = (outcome: Outcome) =>
      readingOf(settings, exams[0] ?? exam('refer'), { outcome, screenedAt: SCREENED_AT });
    expect(of('recall').drawn).toBe(true);
    expect(of('refer').drawn).toBe(false);
  });
});

describe('agreement', () => {
  it("is Cohen's kappa, by a worked example", () => {
    // 20 both yes, 5 a only, 10 b only, 15 both no: observed 0.7, expected 0.5.
    const pairs = (
      [
        ['refer', 'refer', 20],
        ['refer', 'recall', 5],
        ['recall', 'refer', 10],
        ['recall', 'recall', 15],
      ] as const
    ).flatMap(([a, b, count]) => Array.from({ length: count }, () => [a, b] as const));
    const { observed, kappa } = agreementOf(pairs);
    expect(observed).toBeCloseTo(0.7);
    expect(kappa).toBeCloseTo(0.4);
  });

  it('has no kappa where there is none', () => {
    expect(agreementOf([])).toEqual({ exams: 0, observed: null, kappa: null });
    expect(agreementOf([['refer', 'refer']])).toEqual({ exams: 1, observed: 1, kappa: null });
  });

  it('is reported of every reader, with turnaround and lateness', () => {
    const states = [
      read(read(exam('refer'), 'anna', 'recall', 2), 'ben', 'recall', 6),
      read(exam('refer-urgent'), 'anna', 'refer-urgent', 30),
    ].flatMap((record) => reviewStateOf(record) ?? []);
    const [anna, ben] = readerReports(states);
    expect(anna).toMatchObject({
      reader: 'anna',
      verdicts: 2,
      withMachine: { exams: 2, observed: 0.5 },
      withReaders: { exams: 1, observed: 1 },
      turnaround: { medianHours: 2, p90Hours: 30 },
      late: 1,
    });
    expect(ben).toMatchObject({
      verdicts: 1,
      withMachine: { observed: 0 },
      turnaround: { medianHours: 4 },
      late: 0,
    });
  });
});
