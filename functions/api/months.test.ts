import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outcome } from '../../core/exams/outcome.ts';
import { readingOf } from '../../core/exams/review-settings.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { addReview } from '../../core/reviews/add-review.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

let run: FunctionRun;
const reader = () => apiClient(run, { subject: 'lead', programs: ['north'], scopes: ['read'] });
const MONTH = '/v1/programs/north/months/2026-05';

interface Visit {
  readonly patient: string;
  readonly exam: string;
  readonly at: string;
  readonly outcome: Outcome;
  /** Hours after the result, and what the reader said. */
  readonly read?: readonly [number, Outcome];
}

/** The first and the last instant of May belong to it; one before and one after do not. */
const VISITS: readonly Visit[] = [
  { patient: 'P0', exam: 'a', at: '2026-04-30T23:59:59.999Z', outcome: 'refer' },
  { patient: 'P1', exam: 'a', at: '2026-05-01T00:00:00.000Z', outcome: 'refer', read: [2, 'refer'] },
  { patient: 'P1', exam: 'b', at: '2026-05-20T00:00:00.000Z', outcome: 'recall' },
  {
    patient: 'P2',
    exam: 'a',
    at: '2026-05-10T00:00:00.000Z',
    outcome: 'refer-urgent',
    read: [30, 'refer-urgent'],
  },
  {
    patient: 'P3',
    exam: 'a',
    at: '2026-05-12T00:00:00.000Z',
    outcome: 'ungradable',
    read: [10, 'ungradable'],
  },
  // Read in June: it is counted as screened in May, and as read in June.
  { patient: 'P4', exam: 'a', at: '2026-05-31T23:59:59.999Z', outcome: 'refer', read: [5, 'refer'] },
  { patient: 'P5', exam: 'a', at: '2026-06-01T00:00:00.000Z', outcome: 'recall' },
];

beforeAll(async () => {
  run = await FunctionRun.open();
  const { review } = DEFAULT_SETTINGS;
  for (const { patient, exam, at, outcome, read } of VISITS) {
    const key = { program: 'north', patient, exam };
    const screened = screenedExam(registeredExam(key, at), outcome, at);
    const record = { ...screened, reading: readingOf(review, key, { outcome, screenedAt: at }) };
    const when = new Date(Date.parse(at) + (read?.[0] ?? 0) * 3_600_000);
    const said = { id: `${patient}${exam}`, reader: 'anna', note: null, outcome: read?.[1] ?? outcome };
    await run.home.exams.save(read === undefined ? record : addReview(record, said, when, review));
  }
});
afterAll(() => run[Symbol.asyncDispose]());

it('counts what was screened and what was read in a month, to the instant', async () => {
  const { status, body } = await reader().get(`${MONTH}?invited=8`);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ program: 'north', month: '2026-05', exams: 5, truncated: false },
    uptake: { patients: 4, invited: 8, share: 0.5 },
    ungradable: { exams: 1, share: 0.2, reasons: [] },
    referred: { exams: 3, urgent: 1, share: 0.6 },
    // 2, 10 and 30 hours; what is urgent is due within a day.
    turnaround: { exams: 3, medianHours: 10, p90Hours: 30, late: 1 },
    agreement: { exams: 3, observed: 1, kappa: 1 },
    notice: 'Research use only: not for diagnosis.',
  });
  const june = (await reader().get('/v1/programs/north/months/2026-06')).body;
  expect([june.exams, june.turnaround.exams, june.turnaround.medianHours]).toEqual([1, 1, 5]);
});

it('says of an empty month that nothing can be said, and not that it is zero', async () => {
  const { body } = await reader().get('/v1/programs/north/months/2025-12');
  expect(body).toMatchObject({
    uptake: { patients: 0, invited: null, share: null },
    ungradable: { exams: 0, share: null },
    turnaround: { exams: 0, medianHours: null, p90Hours: null },
    agreement: { exams: 0, observed: null, kappa: null },
  });
});

it('is CSV when asked for, a figure a row, empty where there is none', async () => {
  const { status, headers, content } = await reader().file(`${MONTH}?format=csv`);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
  const rows = content.toString().split('\r\n');
  expect(rows.slice(0, 6)).toEqual([
    ...['figure,value', 'program,north', 'month,2026-05', 'patients,4', 'invited,', 'uptake_share,'],
  ]);
  expect(rows).toContain('referred_share,0.6');
  expect(rows.at(-1)).toBe('');
});

it.each([
  '/v1/programs/north/months/2026-13',
  '/v1/programs/north/months/May',
  `${MONTH}?invited=0`,
  `${MONTH}?format=pdf`,
  `${MONTH}?invted=3`,
])('refuses %s', async (path) => {
  expect((await reader().get(path)).status).toBe(400);
});
