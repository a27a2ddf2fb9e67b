import { expect, it, vi } from 'vitest';
import { ACTIVE_MODEL_KEY } from '../../core/activation/active-model.ts';
import { listJobs } from '../../core/jobs/job-store.ts';
import { type JobSchedule, storeSchedule } from '../../core/jobs/schedules/job-schedule.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { MODEL } from '../../core/testing/records.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { createPlanJob } from '../../functions/plan-job/plan-job.ts';
import { screenedExams } from '../../functions/testing/screened-exams.ts';
import { ScheduleTicker } from './schedule-ticker.ts';

const DAY = 86_400_000;
const SCHEDULE: JobSchedule = {
  ...{ schema: 'job-schedule/1', program: 'north', schedule: 'nightly', state: 'active', timeZone: 'UTC' },
  expression: 'cron(0 2 * * ? *)',
  request: { mode: 'screen', selection: {}, heads: [], thresholds: {}, shadow: false },
  ...{ createdAt: '2026-05-01T00:00:00.000Z', createdBy: 'operator' },
};

it('fires every night again once a clock that was 15 days ahead is right, and none twice', async () => {
  await using temporary = await temporaryHome();
  const { home } = temporary;
  let now = Date.parse('2026-05-01T12:00:00Z');
  await home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(MODEL)));
  await screenedExams(home.exams, [[{ program: 'north', patient: 'P1', exam: '1' }, 'refer']]);
  await storeSchedule(home.objects, SCHEDULE, new Date(now));
  const log = { info: () => undefined, warn: vi.fn(), error: vi.fn() };
  const configuration = new Configuration(home.objects);
  const ticker = new ScheduleTicker({
    home,
    plan: createPlanJob({
      home,
      configuration,
      log,
      later: async () => undefined,
      start: async () => undefined,
      follow: async () => undefined,
    }),
    log,
    now: () => new Date(now),
    tickMilliseconds: 5,
  });
  const jobs = async () => (await listJobs(home.objects, 'north', { limit: 100 })).items.length;
  const expectJobs = (count: number) => vi.waitFor(async () => expect(await jobs()).toBe(count));
  try {
    await expectJobs(1);
    now += 15 * DAY;
    await expectJobs(2);
    now -= 15 * DAY;
    await vi.waitFor(() => expect(log.warn).toHaveBeenCalledTimes(1));
    for (let night = 1; night <= 3; night += 1) {
      now += DAY;
      await expectJobs(2 + night);
      // Back by two seconds behind the hour: it is not due again.
      now -= 2_000;
      now += 2_000;
    }
    expect(log.error).not.toHaveBeenCalled();
  } finally {
    await ticker.stop();
  }
});
