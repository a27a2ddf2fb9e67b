import { expect, it } from 'vitest';
import type { ActiveModel } from '../activation/active-model.ts';
import { Configuration } from '../programs/configuration.ts';
import { MODEL } from '../testing/records.ts';
import type { JobRecord } from './job-record.ts';
import { readReport } from './job-store.ts';
import { beginJob } from './planning/begin-job.ts';
import { finishJob } from './reports/finish-job.ts';
import { screenShards } from './shards/screen-shards.ts';
import { ScreeningJobs } from './testing/screening-job.ts';

const PATIENTS = ['P1', 'P2', 'P3'];
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Has a job begun, prepared, screened and finished, in the order in which its functions and workers do it. */
async function perform(jobs: ScreeningJobs, job: JobRecord) {
  const { home } = jobs.run;
  const terms = () => new Configuration(home.objects).screening();
  const steps: string[] = [];
  let isStarted = false;
  const options = {
    ...{ home, log: QUIET, terms, now: () => new Date(), examsPerShard: 2 },
    start: async () => {
      isStarted = true;
    },
    later: async ({ left }: { left: number }) => {
      steps.push(`${left} images asked for`);
      await jobs.prepare();
    },
  };
  while (!isStarted) await beginJob(options, job);
  const screened: string[] = [];
  await screenShards({
    ...{ home, job, shards: [0, 1], pricePerHour: 0, patienceSeconds: 20, terms },
    signal: new AbortController().signal,
    screen: async (request) => {
      screened.push(request.exam.patient);
      await jobs.run.answer(request);
      await jobs.run.deliver('results');
    },
  });
  await finishJob(home, job, { noWorkerLeft: true }, new Date());
  const report = await readReport(home.objects, job);
  return { steps, screened: screened.toSorted(), progress: report?.progress };
}

it('a job after nothing has changed finds every image and every answer there', async () => {
  await using jobs = await ScreeningJobs.open(PATIENTS);
  const { steps, screened, progress } = await perform(jobs, await jobs.create());
  expect([steps, screened]).toEqual([[], []]);
  expect(progress).toMatchObject({
    ...{ state: 'finished', planned: 3, done: 3, skipped: 3, failed: 0 },
    preparation: { images: 6, prepared: 6, found: 6, failed: 0, finished: true },
  });
});

it.each<[string, Partial<ActiveModel>, readonly string[], number]>([
  [
    'under a contract of another detector',
    { input: { imageSize: 224, detector: 'd'.repeat(64) } },
    ['6 images asked for'],
    0,
  ],
  [
    'under a contract of another size',
    { input: { imageSize: 256, detector: null } },
    ['6 images asked for'],
    0,
  ],
  ['with another head, whose pixels are those of before', { heads: [{ name: 'odir', id: 'h2' }] }, [], 6],
])('a job %s is new work: it screens every exam again, once', async (_, change, asked, found) => {
  await using jobs = await ScreeningJobs.open(PATIENTS);
  const before = await jobs.run.exam(ScreeningJobs.keyOf('P2'));
  await jobs.run.activate({ ...MODEL, ...change });
  // What a model takes is remembered for moments.
  jobs.run.pass(10);
  const first = await perform(jobs, await jobs.create());
  expect(first.steps).toEqual(asked);
  expect(first.screened).toEqual(PATIENTS);
  expect(first.progress).toMatchObject({
    ...{ state: 'finished', planned: 3, done: 3, skipped: 0, failed: 0 },
    preparation: { images: 6, prepared: 6, found, failed: 0, finished: true },
  });
  const after = await jobs.run.exam(ScreeningJobs.keyOf('P2'));
  expect(after?.result?.requestId).not.toBe(before?.result?.requestId);
  expect(await jobs.run.formerResults(ScreeningJobs.keyOf('P2'))).toEqual([before?.result]);
  const second = await perform(jobs, await jobs.create());
  expect([second.steps, second.screened]).toEqual([[], []]);
  expect(second.progress).toMatchObject({ done: 3, skipped: 3 });
});
