import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Outcome } from '../exams/outcome.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { reviewStateOf } from '../exams/review-state.ts';
import { addReview } from './add-review.ts';
import { readerReports } from './reader-report.ts';

const SCREENED = Date.parse('2026-05-02T00:00:00.000Z');
const HOUR = 3_600_000;

/** An exam of outcome `refer` that is to be read within three days. */
function exam(): ExamRecord {
  const waiting = registeredExam({ program: 'north', patient: 'P1', exam: '1' }, '2026-05-01T00:00:00.000Z');
  const record = screenedExam(waiting, 'refer', new Date(SCREENED).toISOString());
  return { ...record, reading: { drawn: false, dueAt: '2026-05-05T00:00:00.000Z' } };
}

/** What a reader said so many milliseconds after the screening. */
type Said = readonly [reader: string, outcome: Outcome, after: number, corrects?: 'correction'];

function read(...said: readonly Said[]): ExamRecord {
  return said.reduce((record, [reader, outcome, after, corrects]) => {
    const id = `${reader} ${outcome}`;
    const own = record.reviews?.findLast((review) => review.reader === reader)?.id ?? 'none';
    const correction = corrects === undefined ? {} : { correction: { corrects: own, reason: 'slipped' } };
    const verdict = { id, outcome, reader, note: null, ...correction };
    return addReview(record, verdict, new Date(SCREENED + after), DEFAULT_REVIEW_SETTINGS);
  }, exam());
}

const reportOn = (...records: readonly ExamRecord[]) =>
  readerReports(records.flatMap((record) => reviewStateOf(record) ?? []));

describe('how long a reader took', () => {
  it('is told by the middle and the slowest tenth of the hours, in whatever order they read', () => {
    const of = (hours: readonly number[]) => {
      const [report] = reportOn(...hours.map((hour) => read(['anna', 'refer', hour * HOUR])));
      return report?.turnaround;
    };
    expect(of([30, 2, 6])).toEqual({ medianHours: 6, p90Hours: 30 });
    expect(of([8, 1])).toEqual({ medianHours: 1, p90Hours: 8 });
    expect(of([11, 3, 10, 2, 9, 4, 8, 5, 7, 6])).toEqual({ medianHours: 6, p90Hours: 10 });
    expect(of([5])).toEqual({ medianHours: 5, p90Hours: 5 });
  });

  it('is late behind the deadline, not at it', () => {
    const late = (after: number) => reportOn(read(['anna', 'refer', after]))[0]?.late;
    expect(late(72 * HOUR)).toBe(0);
    expect(late(72 * HOUR + 1)).toBe(1);
  });
});

describe('the agreement of readers', () => {
  const agreement = (...said: readonly Said[]) =>
    Object.fromEntries(
      reportOn(read(...said)).map(({ reader, withReaders }) => [
        reader,
        [withReaders.exams, withReaders.observed],
      ]),
    );

  it('is about the last that was said before the other had spoken', () => {
    expect(
      agreement(['anna', 'recall', 1], ['anna', 'ungradable', 2, 'correction'], ['ben', 'ungradable', 3]),
    ).toEqual({ anna: [1, 1], ben: [1, 1] });
    expect(agreement(['anna', 'recall', 1], ['ben', 'refer', 2], ['anna', 'refer', 3, 'correction'])).toEqual(
      { anna: [1, 0], ben: [1, 0] },
    );
  });

  it('leaves out what was said in the very moment in which the other spoke', () => {
    expect(
      agreement(['anna', 'recall', 1], ['anna', 'ungradable', 2, 'correction'], ['ben', 'ungradable', 2]),
    ).toEqual({ anna: [1, 0], ben: [1, 0] });
  });

  it('leaves out the arbiter, who has seen both', () => {
    expect(agreement(['anna', 'recall', 1], ['ben', 'refer', 2], ['carla', 'recall', 3])).toEqual({
      anna: [1, 0],
      ben: [1, 0],
      carla: [0, null],
    });
  });
});
