import { describe, expect, it, vi } from 'vitest';
import { registeredExam, screenedExam } from '../../../test/conformance/exam-records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import type { JobRecord } from '../job-record.ts';
import { cancelJob, readPlan, readReport, storeJob } from '../job-store.ts';
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
  const start = vi.fn<JobStart['start']>().mockResolvedValue(undefined);
  const write = (message: string, fields: object) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: write, warn: write, error: write };
  const begin = (options: Partial<JobStart> = {}) =>
    beginJob({ home, log, start, now: () => NOW, deadLetters: async () => [LETTER], ...options }, JOB);
  const report = () => readReport(home.objects, JOB);
  return { home, begin, start, lines, report, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
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
});
