import { describe, expect, it, vi } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { Configuration } from '../../programs/configuration.ts';
import { TERMS } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import type { JobRecord } from '../job-record.ts';
import { cancelJob, readPlan, readReport, storeJob } from '../job-store.ts';
import { OTHER_MODEL, ScreeningJobs } from '../testing/screening-job.ts';
import { beginJob, type JobStart } from './begin-job.ts';

const AT = '2026-05-01T00:00:00.000Z';
const NOW = new Date('2026-06-01T00:00:00.000Z');
const LETTER = { queue: 'results', exam: 'north/P1/1', reason: 'r', remedy: 'm' };
const JOB: JobRecord = {
  ...{ schema: 'job/1', program: 'north', job: 'j1', mode: 'rescore', selection: {}, createdAt: AT },
  ...{ createdBy: 'anna', model: 'bundle-1', preprocessing: 'squash-224/1', heads: [] },
  ...{ shadow: false, schedule: null },
};

/** A program of three exams, and a job that is to begin. */
async function begun(job: Partial<JobRecord> = {}) {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (const patient of ['P1', 'P2', 'P3']) {
    const key = { program: 'north', patient, exam: '1' };
    await home.exams.save(screenedExam(registeredExam(key, AT), 'recall', AT));
  }
  await storeJob(home.objects, { ...JOB, ...job });
  const lines: string[] = [];
  const later = vi.fn<JobStart['later']>().mockResolvedValue(undefined);
  const start = vi.fn<JobStart['start']>().mockResolvedValue(undefined);
  const write = (message: string, fields: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: write, warn: write, error: write };
  const begin = (options: Partial<JobStart> = {}) =>
    beginJob(
      {
        home,
        log,
        start,
        later,
        terms: async () => TERMS,
        now: () => NOW,
        deadLetters: async () => [LETTER],
        ...options,
      },
      JOB,
    );
  const report = () => readReport(home.objects, JOB);
  return {
    home,
    begin,
    start,
    later,
    lines,
    report,
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  };
}

describe('a job that begins', () => {
  it('is planned and handed to workers, as often as it is begun', async () => {
    await using run = await begun();
    await run.begin({ examsPerShard: 2 });
    const plan = { schema: 'job-plan/1', plannedAt: NOW.toISOString(), shards: 2, planned: 3 };
    expect(await readPlan(run.home.objects, JOB)).toEqual(plan);
    await run.begin();
    expect(run.start.mock.calls).toEqual([
      [JOB, plan],
      [JOB, plan],
    ]);
    expect(run.lines[0]).toBe('A job is planned {"job":"north/j1","shards":2,"exams":3}');
    expect(await run.report()).toBeUndefined();
  });

  it('ends at once where nothing is selected', async () => {
    await using run = await begun({ selection: { outcome: 'refer' } });
    await run.begin();
    expect(run.start).not.toHaveBeenCalled();
    expect(await run.report()).toMatchObject({
      ...{ reason: null, finishedAt: NOW.toISOString(), deadLetters: [LETTER] },
      progress: { state: 'finished', planned: 0 },
    });
    expect(run.lines.at(-1)).toMatch(/^A job has ended \{"job":"north\/j1","state":"finished"/);
    await run.begin();
    expect(run.lines).toHaveLength(2);
  });

  it('ends unplanned where it was cancelled', async () => {
    await using run = await begun();
    await cancelJob(run.home.objects, JOB, 'anna', NOW);
    await run.begin({ deadLetters: undefined });
    expect(run.start).not.toHaveBeenCalled();
    expect(await readPlan(run.home.objects, JOB)).toBeUndefined();
    expect(await run.report()).toMatchObject({ deadLetters: [], progress: { state: 'cancelled' } });
  });

  it('ends with the reason where it cannot be planned', async () => {
    await using run = await begun({ selection: { manifest: 'job-manifests/north/m' } });
    await run.begin();
    const reason =
      'No manifest is stored under "job-manifests/north/m". Upload it, then create the job again.';
    expect(await run.report()).toMatchObject({ reason, progress: { state: 'failed' } });
    expect(run.lines[0]).toBe(`A job could not be planned ${JSON.stringify({ job: 'north/j1', reason })}`);
    expect(run.start).not.toHaveBeenCalled();
  });

  it('goes on another time where planning failed by another fault', async () => {
    await using run = await begun();
    vi.spyOn(run.home.exams, 'list').mockRejectedValueOnce(new Error('no connection'));
    await expect(run.begin()).rejects.toThrow('no connection');
    expect(await run.report()).toBeUndefined();
    await run.begin();
    expect(run.start).toHaveBeenCalledTimes(1);
  });

  it('is passed over where it is unknown', async () => {
    await using run = await begun({ job: 'another' });
    await run.begin();
    expect(run.start).not.toHaveBeenCalled();
    expect(run.lines).toEqual([]);
  });

  it('that screens has what lacks pixels prepared first, and is looked at again while images are open', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2']);
    const { home } = jobs.run;
    await jobs.run.activate(OTHER_MODEL);
    const { job } = await jobs.plan(2);
    const start = vi.fn<JobStart['start']>().mockResolvedValue(undefined);
    const later = vi.fn<JobStart['later']>().mockResolvedValue(undefined);
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const terms = () => new Configuration(home.objects).screening();
    const options = { home, log, start, later, terms, now: () => NOW };
    await beginJob(options, job);
    expect(start).not.toHaveBeenCalled();
    const message = {
      ...{ schema: 'job-preparation/1', program: 'north', job: job.job },
      ...{ left: 4, waitedSeconds: 5, askedAgain: false },
    };
    expect(later.mock.calls).toEqual([[message, 5]]);
    await jobs.prepare();
    await beginJob(options, job, { left: 4, waitedSeconds: 5, askedAgain: false });
    expect(later).toHaveBeenCalledTimes(1);
    expect(start.mock.calls.map(([{ job: name }, { images }]) => [name, images])).toEqual([[job.job, 4]]);
    // An announcement that comes late begins nothing once workers have begun.
    await cancelJob(home.objects, job, 'anna', NOW);
    await beginJob({ ...options, isStarted: async () => true }, job);
    expect(await readReport(home.objects, job)).toBeUndefined();
  });

  it('ends where it is cancelled while its images are prepared', async () => {
    await using jobs = await ScreeningJobs.open(['P1']);
    const { home } = jobs.run;
    await jobs.run.activate(OTHER_MODEL);
    const { job, plan } = await jobs.plan(2);
    const look = await jobs.look({ job, plan });
    await cancelJob(home.objects, job, 'anna', NOW);
    const start = vi.fn<JobStart['start']>();
    const later = vi.fn<JobStart['later']>();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const terms = () => new Configuration(home.objects).screening();
    await beginJob({ home, log, start, later, terms, now: () => NOW }, job, look?.open ?? null);
    expect([start.mock.calls, later.mock.calls]).toEqual([[], []]);
    expect(await readReport(home.objects, job)).toMatchObject({
      reason: null,
      progress: {
        ...{ state: 'cancelled', planned: 1, done: 0 },
        preparation: { images: 2, prepared: 0, failed: 0, finished: false },
      },
    });
  });
});
