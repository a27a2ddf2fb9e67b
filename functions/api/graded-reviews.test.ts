import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';

let run: FunctionRun;
const as = (subject: string) => apiClient(run, { subject, programs: '*', scopes: ['read', 'review'] });
const address = (program: string, patient: string) => `/v1/programs/${program}/patients/${patient}/exams/1`;
const eye = (grade: unknown, rest: object = {}) => ({
  ...{ quality: 'gradable', grade, oedema: null, findings: [] },
  ...rest,
});

beforeAll(async () => {
  run = await FunctionRun.open();
  const review = { ...DEFAULT_SETTINGS.review, gradingScheme: 'r-m', requireGrades: true };
  const settings = JSON.stringify({ ...DEFAULT_SETTINGS, review });
  await run.home.objects.put(settingsKey('south'), Buffer.from(settings));
  await screenedExams(run.home.exams, [
    [{ program: 'north', patient: 'P1', exam: '1' }, 'refer'],
    [{ program: 'south', patient: 'P1', exam: '1' }, 'refer'],
  ]);
});
afterAll(() => run[Symbol.asyncDispose]());

it('takes a grade of each eye, and gives it back in every form of the verdict', async () => {
  const eyes = {
    left: eye({ scheme: 'icdr', retinopathy: 1 }, { oedema: 'none' }),
    right: eye({ scheme: 'icdr', retinopathy: 3 }, { findings: ['diabetic-retinopathy'] }),
  };
  const where = address('north', 'P1');
  const { status, body } = await as('anna').post(`${where}/reviews`, { outcome: 'refer', eyes });
  expect([status, body.verdict.eyes]).toEqual([201, eyes]);
  expect((await as('anna').get(`${where}/reviews`)).body.review.verdicts[0].eyes).toEqual(eyes);
  expect((await as('anna').get(`${where}/reviews/own`)).body.holds.eyes).toEqual(eyes);
  expect((await as('anna').get(`${where}/reading`)).body.own.eyes).toEqual(eyes);
  const { body: results } = await as('anna').get('/v1/programs/north/results');
  expect(results.items[0].review.verdicts[0].eyes).toEqual(eyes);
});

it('tells readers by which scheme the program grades, and holds them to it', async () => {
  const where = address('south', 'P1');
  const reading = await as('anna').get(`${where}/reading`);
  expect(reading.body.grading).toEqual({ scheme: 'r-m', required: true, labels: [] });
  const post = (body: unknown) => as('anna').post(`${where}/reviews`, body);
  const m0 = eye({ scheme: 'r-m', retinopathy: 'R1', maculopathy: 'M0' });
  for (const [eyes, why] of [
    [undefined, /grade of each eye/],
    [{ left: m0, right: eye({ scheme: 'icdr', retinopathy: 1 }) }, /right eye is graded by "icdr"/],
    [{ left: m0, right: eye({ scheme: 'r-m', retinopathy: 'R9', maculopathy: 'M0' }) }, /R3S/],
    [{ left: m0, right: { ...m0, findings: ['diabetic-retinopaty'] } }, /diabetic-retinopathy/],
    [{ left: m0, right: { ...m0, sharpness: 3 } }, /sharpness/],
    [{ left: m0 }, /right/],
  ] as const) {
    const { status, body } = await post({ outcome: 'refer', eyes });
    expect([status, body.detail]).toEqual([400, expect.stringMatching(why)]);
  }
  expect((await as('anna').get(`${where}/reviews`)).body.review).toBeNull();
  const right = eye({ scheme: 'r-m', retinopathy: 'R0', maculopathy: 'M1' });
  expect((await post({ outcome: 'refer', eyes: { left: m0, right } })).status).toBe(201);
});
