import { expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import { UnfitHeadError } from '../../core/heads/fitting-heads.ts';
import { listJobs, readJob } from '../../core/jobs/job-store.ts';
import { deleteSchedule, type JobSchedule, storeSchedule } from '../../core/jobs/schedules/job-schedule.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { screenedExams } from '../testing/screened-exams.ts';
import { createPlanJob } from './plan-job.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const SCHEDULE: JobSchedule = {
  ...{ schema: 'job-schedule/1', program: 'north', schedule: 'nightly', state: 'active', timeZone: 'UTC' },
  expression: 'cron(0 2 * * ? *)',
  request: { mode: 'screen', selection: {}, heads: [], thresholds: {}, shadow: false },
  ...{ createdAt: '2026-05-01T00:00:00.000Z', createdBy: 'anna' },
};
const DUE = JSON.stringify({
  ...{ schema: 'schedule-due/1', program: 'north', schedule: 'nightly', at: '2026-05-02T02:00:00Z' },
});

async function scheduled(run: FunctionRun, change: Partial<JobSchedule> = {}) {
  const { home } = run;
  const schedule = { ...SCHEDULE, ...change };
  await screenedExams(home.exams, [[{ program: 'north', patient: 'P1', exam: '1' }, 'refer']]);
  await storeSchedule(home.objects, schedule, new Date(schedule.createdAt));
  const planJob = createPlanJob({
    ...{ home, configuration: new Configuration(home.objects), log: QUIET },
    ...{ later: async () => undefined, start: async () => undefined, follow: async () => undefined },
  });
  return { schedule, planJob, jobs: async () => (await listJobs(home.objects, 'north', { limit: 9 })).items };
}

it('creates one job of a schedule that is told twice to be due, called for by who made the schedule', async () => {
  await using run = await FunctionRun.open();
  const { planJob, jobs } = await scheduled(run);
  await planJob(DUE);
  await planJob(DUE);
  const [key, ...others] = await jobs();
  expect(others).toEqual([]);
  expect(key && (await readJob(run.home.objects, key))).toMatchObject({
    createdAt: '2026-05-02T02:00:00.000Z',
    ...{ createdBy: 'anna', schedule: 'nightly', mode: 'screen' },
  });
});

it('creates no job of a schedule that was deleted meanwhile', async () => {
  await using run = await FunctionRun.open();
  const { schedule, planJob, jobs } = await scheduled(run);
  await deleteSchedule(run.home.objects, schedule);
  await planJob(DUE);
  expect(await jobs()).toEqual([]);
});

it('has the message delivered again while the job cannot be created: its head may be stored yet', async () => {
  await using run = await FunctionRun.open();
  const heads = [{ name: 'nowhere', id: 'f'.repeat(32) }];
  const { planJob } = await scheduled(run, { request: { ...SCHEDULE.request, mode: 'rescore', heads } });
  const error = await planJob(DUE).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UnfitHeadError);
  // Only such an error would bury the message.
  expect(error).not.toBeInstanceOf(InvalidInputError);
});
