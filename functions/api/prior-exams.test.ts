import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import { readingOf } from '../../core/exams/review-settings.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { Scope } from './caller.ts';

let run: FunctionRun;
const client = (subject: string, ...scopes: Scope[]) =>
  apiClient(run, { subject, programs: ['north'], scopes });
const ROOT = '/v1/programs/north/patients/P1/exams';

function visit(exam: string, at: string, outcome: Outcome, takenOn?: string): ExamRecord {
  const key = { program: 'north', patient: 'P1', exam };
  const record = screenedExam(registeredExam(key, at), outcome, at);
  const images = record.images.map((image) => (takenOn === undefined ? image : { ...image, takenOn }));
  return {
    ...record,
    images,
    reading: readingOf(DEFAULT_SETTINGS.review, key, { outcome, screenedAt: at }),
  };
}

const eye = (retinopathy: number) => ({
  ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy }, oedema: null, findings: [] },
});
const EYES = { left: eye(0), right: eye(1) };

beforeAll(async () => {
  run = await FunctionRun.open();
  for (const record of [
    visit('now', '2026-05-01T08:00:00.000Z', 'refer'),
    visit('last-year', '2025-05-02T08:00:00.000Z', 'refer'),
    // Sent after the present one, though its photographs are the oldest.
    visit('archive', '2026-06-01T08:00:00.000Z', 'recall', '2023-02-03'),
    visit('later', '2026-05-03T08:00:00.000Z', 'recall'),
    visit('open', '2024-05-02T08:00:00.000Z', 'refer-urgent'),
  ])
    await run.home.exams.save(record);
  const body = { outcome: 'refer', eyes: EYES };
  await client('anna', 'review').post(`${ROOT}/last-year/reviews`, body);
});
afterAll(() => run[Symbol.asyncDispose]());

it('are told by the day of their photographs, the latest first, with what holds and was graded', async () => {
  const { status, body } = await client('anna', 'read', 'review').get(`${ROOT}/now/prior`);
  expect([status, body.truncated]).toEqual([200, false]);
  expect(body.items.map(({ exam, day }: { exam: string; day: string }) => `${exam} ${day}`)).toEqual([
    'last-year 2025-05-02',
    'open 2024-05-02',
    'archive 2023-02-03',
  ]);
  const [last, open, archive] = body.items;
  expect(last).toMatchObject({
    final: { outcome: 'refer', decidedBy: 'reader' },
    eyes: EYES,
    photographs: {
      left: [{ image: 'images/north/P1/last-year/left.jpg' }],
      right: [{ image: 'images/north/P1/last-year/right.jpg' }],
    },
    result: { outcome: 'refer', exam: 'last-year' },
  });
  // Somebody still has to read it.
  expect([open.final, open.eyes]).toEqual([null, null]);
  expect(archive).toMatchObject({ final: { outcome: 'recall', decidedBy: 'machine' }, eyes: null });
});

it('tell no result without the scope read', async () => {
  const { body } = await client('ben', 'review').get(`${ROOT}/now/prior`);
  expect(body.items.map(({ result }: { result: unknown }) => result)).toEqual([null, null, null]);
  expect(body.items[0].final).toEqual({ outcome: 'refer', decidedBy: 'reader' });
  expect((await client('lead', 'read').get(`${ROOT}/now/prior`)).status).toBe(403);
  expect((await client('ben', 'review').get(`${ROOT}/nowhere/prior`)).status).toBe(404);
});

it('tell a blinded reader what readers decided, and no word of a machine', async () => {
  await client('anna', 'review').post(`${ROOT}/now/reviews`, { outcome: 'recall' });
  const { body } = await client('ben', 'read', 'review').get(`${ROOT}/now/prior`);
  expect(body.items.map(({ final }: { final: unknown }) => final)).toEqual([
    { outcome: 'refer', decidedBy: 'reader' },
    null,
    null,
  ]);
  expect(body.items.every(({ result }: { result: unknown }) => result === null)).toBe(true);
  expect(JSON.stringify(body)).not.toMatch(/probability|machine/);
});
