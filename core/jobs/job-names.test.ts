import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { instantOfJob, jobId } from './job-id.ts';
import * as keys from './job-keys.ts';
import {
  cancelJob,
  isCancelled,
  JobDamagedError,
  listJobs,
  nextJobInstant,
  readJob,
  readShard,
  storeJob,
} from './job-store.ts';
import { shardsOfWorker, unknownJob } from './planning/plan-job.ts';
import { scheduleOfKey } from './schedules/job-schedule.ts';

const JOB = { program: 'north', job: 'j1' };

describe("a job's objects", () => {
  it('have their keys, which are as old as the jobs', () => {
    expect({
      record: keys.jobRecordKey(JOB),
      report: keys.jobReportKey(JOB),
      plan: keys.planKey(JOB),
      cancellation: keys.cancellationKey(JOB),
      shard: keys.manifestKey(JOB, 3),
      results: keys.shardResultsKey(JOB, 123_456),
      settling: keys.shardProgressKey(JOB, 9),
      receipt: keys.receiptKey(JOB, 7),
      preparing: keys.preparingKey(JOB, 'c0ffee', 8),
      prepared: keys.preparedReceiptKey(JOB, 9),
    }).toEqual({
      record: 'job-records/north/j1.json',
      report: 'job-reports/north/j1.json',
      plan: 'jobs/north/j1/plan.json',
      cancellation: 'jobs/north/j1/cancelled.json',
      shard: 'jobs/north/j1/shard-000003.jsonl',
      results: 'jobs/north/j1/results/123456.json',
      settling: 'jobs/north/j1/settling/000009.json',
      receipt: 'jobs/north/j1/receipts/000007.json',
      preparing: 'jobs/north/j1/preparing/c0ffee/000008.json',
      prepared: 'jobs/north/j1/prepared/000009.json',
    });
  });

  it('tell what they are of', () => {
    expect(keys.shardOfReceipt('jobs/north/j1/receipts/000007.json')).toBe(7);
    expect(keys.shardOfReceipt('jobs/north/j1/receipts/7.json')).toBeNaN();
    expect(keys.shardOfReceipt('jobs/north/j1/receipts/000007.jsonl')).toBeNaN();
    expect(keys.jobOfRecordKey('job-records/north/j1.json')).toEqual(JOB);
    for (const key of [
      'job-records/north.json',
      'x/job-records/a/b.json',
      'job-records/a/b.jsonl',
      'job-records/a/b/c.json',
    ]) {
      expect(keys.jobOfRecordKey(key)).toBeNull();
    }
    expect(scheduleOfKey('job-schedules/north/s1.json')).toEqual({ program: 'north', schedule: 's1' });
    for (const key of [
      'job-schedules/north.json',
      'x/job-schedules/a/b.json',
      'job-schedules/a/b.jsonl',
      'job-schedules/a/b/c.json',
    ]) {
      expect(scheduleOfKey(key)).toBeNull();
    }
  });

  it('tell what they are for the job', () => {
    expect(keys.partOfJob(JOB, 'jobs/north/j1/receipts/000007.json')).toBe('receipt');
    expect(keys.partOfJob(JOB, 'jobs/north/j1/results/000007.json')).toBe('work');
    expect(keys.partOfJob(JOB, keys.shardProgressKey(JOB, 7))).toBe('work');
    expect(keys.partOfJob(JOB, 'jobs/north/j1/shard-000007.jsonl')).toBe('work');
    expect(keys.partOfJob(JOB, keys.preparingKey(JOB, 'c0ffee', 8))).toBe('work');
    expect(keys.partOfJob(JOB, keys.preparedReceiptKey(JOB, 9))).toBe('work');
    expect(keys.partOfJob(JOB, 'jobs/north/j1/plan.json')).toBe('kept');
    expect(keys.partOfJob(JOB, 'jobs/north/j1/cancelled.json')).toBe('kept');
  });

  it('tell the shard whose results they hold', () => {
    expect(keys.shardOfResults('jobs/north/j1/results/000012.json')).toEqual({ job: JOB, shard: 12 });
    for (const key of [
      'jobs/north/j1/receipts/000012.json',
      'jobs/north/j1/results/12.json',
      'x/jobs/north/j1/results/000012.json',
      'jobs/north/j1/results/000012.jsonl',
      'jobs/north/j1/x/results/000012.json',
    ]) {
      expect(keys.shardOfResults(key)).toBeNull();
    }
  });

  it('tell the instant by which a job is named', () => {
    expect(instantOfJob('20260501T080910.007Z-3f9c')?.toISOString()).toBe('2026-05-01T08:09:10.007Z');
    for (const job of ['j1', 'x20260501T080910.007Z-a', '20260501T080910.007Z', '20261301T080910.007Z-a']) {
      expect(instantOfJob(job)).toBeNull();
    }
  });

  it('are named so that jobs sort by the instant they were called for', () => {
    expect(jobId(new Date('2026-05-01T08:00:00.007Z'), '3f9c')).toBe('20260501T080000.007Z-3f9c');
    expect(jobId(new Date('2026-05-01T08:00:00.007Z'))).toMatch(/^20260501T080000\.007Z-[0-9a-f]{8}$/);
  });
});

describe('jobs', () => {
  const job = {
    ...{ schema: 'job/1' as const, mode: 'screen' as const, selection: {}, createdBy: 'operator' },
    ...{ createdAt: '2026-05-01T08:00:00.000Z', model: 'm1', preprocessing: 'squash', heads: [] },
    ...{ shadow: false, schedule: null },
  };

  it.each([-15 * 86_400, -3_600, -2, 0, 2])(
    'are named one behind the other though the clock was set by %i s between',
    async (step) => {
      await using temporary = await temporaryHome();
      const { objects } = temporary.home;
      let now = new Date('2026-05-01T08:00:00.123Z');
      const names: string[] = [];
      for (let count = 1; count <= 3; count += 1) {
        const name = jobId(await nextJobInstant(objects, 'north', now));
        await storeJob(objects, { ...job, program: 'north', job: name });
        names.push(name);
        now = new Date(now.getTime() + step * 1_000);
      }
      expect(names).toEqual(names.toSorted());
      expect((await nextJobInstant(objects, 'south', now)).getTime()).toBe(now.getTime());
    },
  );

  it('are stored once and listed, of one program or of all', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    for (const [program, name] of [
      ['north', 'a'],
      ['north', 'b'],
      ['south', 'c'],
    ] as const) {
      expect(await storeJob(objects, { ...job, program, job: name })).toBe(true);
    }
    expect(await storeJob(objects, { ...job, program: 'north', job: 'a', createdBy: 'another' })).toBe(false);
    expect((await readJob(objects, { program: 'north', job: 'a' }))?.createdBy).toBe('operator');
    expect(await readJob(objects, { program: 'north', job: 'z' })).toBeUndefined();
    const names = async (program: string | null, limit: number, cursor?: string) => {
      const page = await listJobs(objects, program, { limit, cursor });
      return { names: page.items.map((one) => `${one.program}/${one.job}`), cursor: page.cursor };
    };
    expect(await names('north', 9)).toEqual({ names: ['north/a', 'north/b'], cursor: undefined });
    expect((await names(null, 9)).names).toEqual(['north/a', 'north/b', 'south/c']);
    const first = await names(null, 2);
    expect((await names(null, 2, first.cursor)).names).toEqual(['south/c']);
    await objects.put('job-records/north/notes.txt', Buffer.from('of another hand'));
    const all = await listJobs(objects, 'north', { limit: 9 });
    expect(all).toStrictEqual({
      items: [
        { program: 'north', job: 'a' },
        { program: 'north', job: 'b' },
      ],
    });
  });

  it('that are cancelled say by whom and when, of the first who did so', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    expect(await isCancelled(objects, JOB)).toBe(false);
    await cancelJob(objects, JOB, 'anna', new Date('2026-05-01T08:00:00Z'));
    await cancelJob(objects, JOB, 'bert', new Date('2026-05-02T08:00:00Z'));
    expect(await isCancelled(objects, JOB)).toBe(true);
    const { content } = await objects.get(keys.cancellationKey(JOB));
    expect(JSON.parse(Buffer.from(content).toString())).toEqual({
      ...{ schema: 'job-cancelled/1', at: '2026-05-01T08:00:00.000Z', by: 'anna' },
    });
  });

  it('that are unknown are named', () => {
    expect(unknownJob(JOB)).toBeInstanceOf(InvalidInputError);
    expect(unknownJob(JOB).message).toBe('There is no job north/j1.');
  });

  it('share their shards among workers: each shard is one worker’s', () => {
    const plan = {
      schema: 'job-plan/1' as const,
      plannedAt: '2026-05-01T08:00:00.000Z',
      shards: 7,
      planned: 7_000,
    };
    const shares = [0, 1, 2].map((worker) => shardsOfWorker(plan, worker, 3));
    expect(shares).toEqual([
      [0, 3, 6],
      [1, 4],
      [2, 5],
    ]);
    expect(shardsOfWorker({ ...plan, shards: 2 }, 2, 3)).toEqual([]);
    expect(shardsOfWorker({ ...plan, shards: 0 }, 5, 3)).toEqual([]);
  });
});

describe("a job's shard", () => {
  it('is read line by line, and a damaged one is named', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const line = { patient: 'P1', exam: '1', base: 'r1', features: { shard: 's', row: 2 } };
    const put = (text: string) => objects.put(keys.manifestKey(JOB, 4), Buffer.from(text));
    await put(`${JSON.stringify(line)}\n${JSON.stringify({ ...line, patient: 'P2' })}\n`);
    expect(await readShard(objects, JOB, 4)).toEqual([line, { ...line, patient: 'P2' }]);
    await put(`${JSON.stringify(line)}\n{"patient":1}\n`);
    await expect(readShard(objects, JOB, 4)).rejects.toThrow(JobDamagedError);
    await expect(readShard(objects, JOB, 4)).rejects.toMatchObject({ cause: expect.any(Error) });
    await expect(readShard(objects, JOB, 4)).rejects.toThrow('Line 2 of shard 4 of job north/j1 is damaged');
  });
});
