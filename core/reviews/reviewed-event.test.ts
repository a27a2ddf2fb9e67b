import { expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import type { Outcome } from '../exams/outcome.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { addReview } from './add-review.ts';
import { reviewLineOf } from './review-line.ts';
import { reviewedEvent } from './reviewed-event.ts';

const waiting = registeredExam({ program: 'north', patient: 'P1', exam: '7' }, '2026-05-01T00:00:00.000Z');
const verdicts: readonly (readonly [string, Outcome])[] = [
  ['anna', 'recall'],
  ['ben', 'refer-urgent'],
  ['carla', 'refer'],
];

it('announces each verdict with its reader’s role, and the outcome after all of them', () => {
  const record = verdicts.reduce(
    (before, [reader, outcome], index) =>
      addReview(
        before,
        { id: `v${index}`, outcome, reader, note: 'a word' },
        new Date(Date.UTC(2026, 4, 3, index)),
        DEFAULT_REVIEW_SETTINGS,
      ),
    screenedExam(waiting, 'ungradable', '2026-05-02T00:00:00.000Z'),
  );
  const events = (record.reviews ?? []).map((review) => reviewedEvent(record, review));
  const same = {
    ...{ type: 'ExamReviewed', exam: { program: 'north', patient: 'P1', exam: '7' } },
    ...{ machineOutcome: 'ungradable', outcome: 'refer' },
  };
  expect(events).toEqual([
    { ...same, id: 'v0', at: '2026-05-03T00:00:00.000Z', verdict: 'recall', role: 'first-reader' },
    { ...same, id: 'v1', at: '2026-05-03T01:00:00.000Z', verdict: 'refer-urgent', role: 'second-reader' },
    { ...same, id: 'v2', at: '2026-05-03T02:00:00.000Z', verdict: 'refer', role: 'arbiter' },
  ]);
});

it('has no line of verdicts over an exam that has no result', () => {
  expect(reviewLineOf(waiting)).toBeNull();
});
