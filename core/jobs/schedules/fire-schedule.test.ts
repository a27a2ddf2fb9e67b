import { describe, expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { ACTIVE_MODEL_KEY } from '../../activation/active-model.ts';
import { Configuration } from '../../programs/configuration.ts';
import { MODEL } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { jobRequestSchema } from '../planning/job-request.ts';
import { fireSchedule } from './fire-schedule.ts';
import { deleteSchedule, type JobSchedule, storeSchedule } from './job-schedule.ts';

const AT = '2026-05-01T00:00:00.000Z';

/** A program with one exam, and a model without heads. */
async function program() {
  const temporary = await temporaryHome();
  const { home } = temporary;
  const { objects } = home;
  const key = { program: 'north', patient: 'P1', exam: '1' };
  await home.exams.save(screenedExam(registeredExam(key, AT), 'recall', AT));
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify({ ...MODEL, heads: [] })));
  const configuration = new Configuration(objects);
  return { home, objects, configuration, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

describe('a schedule that is due', () => {
  const SCHEDULE: JobSchedule = {
    ...{
      schema: 'job-schedule/1',
      program: 'north',
      schedule: 's1',
      expression: 'rate(1 day)',
      timeZone: 'UTC',
    },
    request: jobRequestSchema.parse({ mode: 'rescore', selection: { outcome: 'recall' } }),
    ...{ state: 'active', createdAt: AT, createdBy: 'bert' },
  };
  const DUE = new Date('2026-05-02T00:00:00.000Z');

  it('makes one job, named by the instant, however often it fires', async () => {
    await using run = await program();
    await storeSchedule(run.objects, SCHEDULE, new Date(AT));
    const fire = () => fireSchedule(run.home, run.configuration, 'north', 's1', DUE);
    const job = await fire();
    expect(job).toMatchObject({
      ...{ job: '20260502T000000.000Z-s1', schedule: 's1', createdAt: DUE.toISOString() },
      ...{ createdBy: 'bert', mode: 'rescore', selection: { outcome: 'recall' } },
    });
    expect(await fire()).toEqual(job);
    expect((await run.objects.list('job-records/', { limit: 9 })).items).toHaveLength(1);
  });

  it('makes none once it is deleted, or where it never was', async () => {
    await using run = await program();
    await storeSchedule(run.objects, SCHEDULE, new Date(AT));
    await deleteSchedule(run.objects, SCHEDULE);
    for (const name of ['s1', 's2'])
      expect(await fireSchedule(run.home, run.configuration, 'north', name, DUE)).toBeUndefined();
    expect((await run.objects.list('job-records/', { limit: 9 })).items).toEqual([]);
  });
});
