import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manifestKey, planKey } from '../../core/jobs/job-keys.ts';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import { readReport, storeJob } from '../../core/jobs/job-store.ts';
import { readWorkerFailure, storeWorkerFailure } from '../../core/jobs/worker-failure.ts';
import { createFinishJob, FINISH_DELIVERIES } from '../../functions/finish-job/finish-job.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { openLocalHome } from '../../local/home.ts';

const KEY = { program: 'north', job: '20260501T090000.000Z-0a' };
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
const RECORD: JobRecord = {
  ...{ schema: 'job/1', ...KEY, mode: 'rescore', selection: {}, createdAt: '2026-05-01T09:00:00.000Z' },
  ...{ createdBy: 'operator', model: 'm1', preprocessing: 'squash-bicubic-v1', heads: [], shadow: false },
  schedule: null,
};
const PLAN = { schema: 'job-plan/1', plannedAt: '2026-05-01T09:00:00.000Z', planned: 2, shards: 1 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'permanent-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A worker's process, by AWS Batch's environment, on this machine's home. @returns its exit code */
async function exitCodeOf(worker: 'gpu-worker' | 'rescore-worker', change: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, worker, 'main.ts')], {
    stdio: 'ignore',
    env: {
      ...{ PATH: process.env.PATH, RETCLIP_DATA: join(folder, 'data') },
      ...{ RETCLIP_PROGRAM: KEY.program, RETCLIP_JOB: KEY.job, ...change },
    },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function withHome<Result>(use: (home: Awaited<ReturnType<typeof openLocalHome>>) => Promise<Result>) {
  const home = await openLocalHome(join(folder, 'data'));
  try {
    return await use(home);
  } finally {
    await home.close();
  }
}

const storePlan = (plan: unknown, shard: string) =>
  withHome(async ({ objects }) => {
    await storeJob(objects, RECORD);
    await objects.put(planKey(KEY), Buffer.from(JSON.stringify(plan)));
    await objects.put(manifestKey(KEY, 0), Buffer.from(shard));
  });

describe('a worker of a job ends with 78 where another attempt would end alike, and keeps why', () => {
  it('of a model whose file is damaged', async () => {
    const bundle = join(folder, 'bundle');
    await cp(DEFAULT_BUNDLE, bundle, { recursive: true });
    await writeFile(join(bundle, 'heads', 'damaged.json'), '{');
    await writeFile(join(bundle, 'model.json'), '{}');
    await storePlan(PLAN, '');
    expect(await exitCodeOf('gpu-worker', { RETCLIP_MODEL: bundle })).toBe(78);
    expect(await withHome(({ objects }) => readWorkerFailure(objects, KEY))).toContain('model.json');
  });

  it('of settings that are not valid', async () => {
    expect(await exitCodeOf('gpu-worker', { RETCLIP_BATCH_SIZE: 'many' })).toBe(78);
    expect(await exitCodeOf('rescore-worker', { RETCLIP_WORKERS: 'none' })).toBe(78);
  });

  it('of a plan that is damaged', async () => {
    await storePlan({ ...PLAN, shards: 'one' }, '');
    expect(await exitCodeOf('rescore-worker')).toBe(78);
    expect(await withHome(({ objects }) => readWorkerFailure(objects, KEY))).toContain(planKey(KEY));
  });

  it('of a job that does not exist', async () => {
    await withHome(async () => undefined);
    expect(await exitCodeOf('rescore-worker')).toBe(78);
  });

  it('and not of a store that cannot be reached: it ends with 1, to be tried again', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(await exitCodeOf('rescore-worker', { RETCLIP_DATA: join(folder, 'file') })).toBe(1);
  });
});

describe('the report of a job whose workers ended too early', () => {
  const body = JSON.stringify({ detail: { status: 'FAILED', parameters: KEY } });
  const finish = (reason: () => Promise<string | undefined>, deliveries = FINISH_DELIVERIES) =>
    withHome(async (home) => {
      await createFinishJob({ home, log: QUIET, reasonOfEnd: reason })(body, deliveries);
      return readReport(home.objects, KEY);
    });

  it("says why in the worker's own words and in those of AWS Batch, and what to do", async () => {
    await storePlan(PLAN, '');
    await withHome(({ objects }) => storeWorkerFailure(objects, KEY, 'Bundle m1 was changed.'));
    await withHome(({ objects }) => storeWorkerFailure(objects, KEY, 'A second worker.'));
    const report = await finish(async () => 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY');
    expect(report?.progress.state).toBe('failed');
    expect(report?.reason).toContain('Bundle m1 was changed. – CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY – ');
    expect(report?.reason).toContain('The same job again skips what is done.');
    expect(report?.reason).not.toContain('second');
  });

  it('is written although AWS Batch cannot be asked', async () => {
    await storePlan(PLAN, '');
    const report = await finish(() => Promise.reject(new Error('denied')));
    expect(report?.reason).toMatch(/^Workers ended before/);
  });
});
