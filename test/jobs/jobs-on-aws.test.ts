import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBatchJobStarted } from '../../aws/jobs/batch-jobs.ts';
import { ACTIVE_MODEL_KEY, type HeadReference } from '../../core/activation/active-model.ts';
import type { ExamImage } from '../../core/exams/exam-image.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { readActiveModel } from '../../core/heads/promotion.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { jobRecordKey } from '../../core/jobs/job-keys.ts';
import type { JobMode, JobRecord } from '../../core/jobs/job-record.ts';
import type { JobReport } from '../../core/jobs/job-report.ts';
import { readPlan, readReport } from '../../core/jobs/job-store.ts';
import { createJob } from '../../core/jobs/planning/create-job.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { preparedKey } from '../../core/keys/prepared-key.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { activeModelOf } from '../../local/host/active-bundle.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { hasMinistack } from '../aws/emulator/has-ministack.ts';
import { type AwsServices, openAwsServices } from '../emulators/aws-services.ts';
import { jobEnded, type SubmittedJob } from '../emulators/batch-service.ts';
import { BatchWorkers, type EndedContainer } from './batch-workers.ts';
import { LambdaFunctions } from './lambda-functions.ts';

const PROGRAM = 'north';
/** Six shards of two exams: as many as two workers are for. */
const EXAMS = 12;
const DRAWN = 3;
const EXPIRED = 'P04';

const isAwsThere = await hasMinistack('jobs on AWS');
let services: AwsServices;
let functions: LambdaFunctions;
let workers: BatchWorkers;

const keyOf = (index: number) => ({
  program: PROGRAM,
  patient: `P${String(index).padStart(2, '0')}`,
  exam: '1',
});

/** Copies the default bundle into the bucket and makes it active, as docs/deploy.md says. */
async function install(): Promise<void> {
  const { objects } = services.home;
  const model = await activeModelOf(DEFAULT_BUNDLE);
  for (const entry of await readdir(DEFAULT_BUNDLE, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await objects.put(
      bundleFileKey(model.model, file.slice(DEFAULT_BUNDLE.length + 1)),
      await readFile(file),
    );
  }
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
}

/**
 * Photographs of phantoms, each for several exams; those of the last exam are not photographs, which intake answers. The
 * pixels of one have expired since.
 */
async function upload(): Promise<void> {
  const drawn = await Promise.all(
    Array.from({ length: DRAWN }, (_, index) =>
      generatePatient({ seed: 'batch', index, size: 256, defects: { missingEye: 0 } }),
    ),
  );
  for (let index = 0; index < EXAMS; index += 1) {
    for (const laterality of ['left', 'right'] as const) {
      const photograph = drawn[index % DRAWN]?.[laterality]?.jpeg ?? Buffer.alloc(0);
      const content = index === EXAMS - 1 ? Buffer.from(`no photograph, ${laterality}`) : photograph;
      const { objects } = services.home;
      const { key } = await objects.put(imageKey(keyOf(index), laterality, 'jpg'), content, {
        metadata: { eyes: 'both' },
      });
      const stored = await objects.head(key);
      if (stored !== undefined) await functions.arrive(stored);
    }
  }
}

async function expire(): Promise<void> {
  expect(await services.home.prepared.removeAll(`prepared/${PROGRAM}/${EXPIRED}/1/left.jpg/`)).toBe(1);
}

async function exams(): Promise<readonly ExamRecord[]> {
  const records = await Promise.all(
    Array.from({ length: EXAMS }, (_, index) => services.home.exams.get(keyOf(index))),
  );
  return records.filter((record) => record !== undefined);
}

async function create(mode: JobMode, heads: readonly HeadReference[] = []): Promise<JobRecord> {
  const { home } = services;
  const request = { mode, selection: {}, heads: [...heads], thresholds: {}, shadow: false };
  return createJob(home, new Configuration(home.objects), { program: PROGRAM, request, by: 'operator' });
}

/** Plans a job as its record's announcement leads to, and prepares what it asks for. @returns what AWS Batch was asked for */
async function plan(job: JobRecord): Promise<SubmittedJob> {
  const record = await services.home.objects.head(jobRecordKey(job));
  if (record === undefined) throw new Error('Expected the record of the job.');
  await functions.plan(record);
  while (
    (await readPlan(services.home.objects, job)) &&
    !(await isBatchJobStarted(services.home.objects, job))
  ) {
    await functions.prepareBulk();
    await functions.intake();
    if ((await functions.planAgain()) === 0) await delay(100);
  }
  const submitted = services.batch.submitted.at(-1);
  if (submitted === undefined) throw new Error('Expected the job to have been submitted.');
  return submitted;
}

/** Runs an attempt of a job while preparation makes what pixels it lacks, and aggregation handles its results. */
async function runToEnd(job: SubmittedJob, attempt: number): Promise<readonly EndedContainer[]> {
  let isOver = false;
  const ended = workers.run(job, attempt).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const prepared = await functions.prepareBulk();
    const done = prepared + (await functions.intake()) + (await functions.aggregate());
    if (done === 0) await delay(20);
  }
  return ended;
}

async function finish(job: JobRecord, submitted: SubmittedJob): Promise<JobReport> {
  await functions.finish(jobEnded(submitted, 'SUCCEEDED'));
  const report = await readReport(services.home.objects, job);
  if (report === undefined) throw new Error('Expected a report.');
  return report;
}

beforeAll(async () => {
  services = await openAwsServices();
  functions = await LambdaFunctions.load(services.home);
  workers = await BatchWorkers.open(services.environment);
  await install();
  await upload();
  while ((await functions.aggregate()) > 0);
  await expire();
}, 240_000);

afterAll(async () => {
  await workers?.close();
  await services?.close();
});

describe.runIf(isAwsThere)('a screening job on AWS Batch', () => {
  let job: JobRecord;
  let submitted: SubmittedJob;

  it('is planned in shards and submitted as an array, its workers told apart by the index alone', async () => {
    job = await create('screen');
    submitted = await plan(job);
    // No GPU was asked for before: the one image whose pixels have expired is there again.
    expect(functions.preparedForJobs).toBe(1);
    const [left] = (await services.home.exams.get(keyOf(4)))?.images ?? [];
    expect(
      await services.home.prepared.has(preparedKey(left as ExamImage, left?.prepared?.contract ?? '')),
    ).toBe(true);
    expect(submitted).toMatchObject({
      jobQueue: 'screen',
      arrayProperties: { size: 2 },
      parameters: { program: PROGRAM, job: job.job },
    });
    await plan(job);
    expect(services.batch.submitted).toHaveLength(1);
  });

  it('is not over for AWS Batch when its instances are reclaimed half-way: it asks to be started again', async () => {
    const ended = workers.run(submitted);
    // No shard but the first of each worker's can end, since the rest is not aggregated.
    while ((await functions.aggregate(1)) === 0) await delay(20);
    workers.reclaim();
    for (const { exitCode, log } of await ended) expect(exitCode, log).toBe(143);
    await expect(functions.finish(jobEnded(submitted, 'FAILED'))).rejects.toThrow();
  }, 120_000);

  it('goes on where it was stopped: every exam has its answer, none has two, what was answered stays', async () => {
    while ((await functions.aggregate()) > 0);
    const before = (await exams()).filter(({ status }) => status === 'screened');
    // One of them intake has answered.
    expect(before.length).toBeGreaterThan(1);
    expect(before.length).toBeLessThan(EXAMS);

    for (const { exitCode, log } of await runToEnd(submitted, 2)) expect(exitCode, log).toBe(0);
    const after = await exams();
    expect(after.map(({ status }) => status)).toEqual(Array.from({ length: EXAMS }, () => 'screened'));
    for (const exam of after) expect(await listFormerResults(services.home.objects, exam)).toEqual([]);
    // No worker had an image prepared.
    expect(functions.preparedForJobs).toBe(1);
    const made = after.find(({ patient }) => patient === EXPIRED)?.images ?? [];
    const isThere = made.map((image) =>
      services.home.prepared.has(preparedKey(image, image.prepared?.contract ?? '')),
    );
    expect(await Promise.all(isThere)).toEqual([true, true]);
    for (const { patient, result } of before) {
      expect(after.find((record) => record.patient === patient)?.result).toEqual(result);
    }
    const screened = (await services.events()).filter(({ type }) => type === 'ExamScreened');
    expect(new Set(screened.map(({ id }) => id)).size).toBe(EXAMS);
    expect(screened).toHaveLength(EXAMS);
  }, 120_000);

  it('leaves findings and features of what could be read, and says of the rest why not', async () => {
    const records = await exams();
    for (const { result, patient } of records.slice(0, -1)) {
      if (result?.features == null) throw new Error(`Expected features of ${patient}.`);
      const rows = await services.home.features.read(result.features.shard);
      expect(rows.exam(result.features.row)?.patient).toHaveLength(rows.embedding);
      expect(result.findings.map(({ head }) => head)).toContain('odir');
    }
    expect(records.at(-1)?.result).toMatchObject({
      outcome: 'ungradable',
      findings: [],
      features: null,
      eyes: { left: { quality: { gradable: false } }, right: { quality: { gradable: false } } },
    });
  });

  it('ends with a report that adds up, announced once', async () => {
    const report = await finish(job, submitted);
    expect(report).toMatchObject({
      mode: 'screen',
      failures: [],
      deadLetters: [],
      retry: null,
      reason: null,
    });
    expect(report.progress).toMatchObject({ state: 'finished', planned: EXAMS, done: EXAMS, failed: 0 });
    expect(report.progress.preparation).toMatchObject({
      ...{ images: 2 * EXAMS, prepared: 2 * EXAMS, found: 2 * EXAMS - 1, failed: 0, finished: true },
    });
    expect(report.progress.cost).toBeGreaterThan(0);
    expect(await finish(job, submitted)).toEqual(report);
    const announced = (await services.events()).filter(({ type }) => type === 'JobFinished');
    expect(announced).toMatchObject([
      { program: PROGRAM, job: job.job, mode: 'screen', done: EXAMS, failed: 0 },
    ]);
  });

  it('started once more screens nothing', async () => {
    for (const { exitCode, log } of await workers.run(submitted, 3, [1])) expect(exitCode, log).toBe(0);
    expect(await functions.aggregate()).toBe(0);
  }, 60_000);

  it('called for again skips every exam that has this very answer', async () => {
    const before = await exams();
    const again = await create('screen');
    const second = await plan(again);
    for (const { exitCode, log } of await workers.run(second)) expect(exitCode, log).toBe(0);
    expect(await functions.aggregate()).toBe(0);
    expect((await finish(again, second)).progress).toMatchObject({
      planned: EXAMS,
      done: EXAMS,
      skipped: EXAMS,
      failed: 0,
    });
    expect((await exams()).map(({ revision }) => revision)).toEqual(before.map(({ revision }) => revision));
  }, 60_000);
});

describe.runIf(isAwsThere)('a re-scoring job on AWS Batch', () => {
  it('reads the features that the workers stored, and goes the way of all results to its report', async () => {
    const { objects } = services.home;
    const { model, embedding = 0 } = await readActiveModel(objects);
    const head = await storeHead(objects, drawnHead('new', embedding, ['glaucoma']));
    const job = await create('rescore', [head]);
    expect(job.model).toBe(model);
    const submitted = await plan(job);
    // One worker has too little to do for two: no array, and so no index in its environment.
    expect(submitted.jobQueue).toBe('rescore');
    expect(submitted.arrayProperties).toBeUndefined();
    for (const { exitCode, log } of await runToEnd(submitted, 1)) expect(exitCode, log).toBe(0);
    while ((await functions.aggregate()) > 0);
    const report = await finish(job, submitted);
    expect(report.progress).toMatchObject({ state: 'finished', planned: EXAMS, done: EXAMS, failed: 0 });
    for (const exam of (await exams()).slice(0, -1)) {
      const { result } = exam;
      expect(result?.findings.map(({ head: name }) => name)).toContain('new');
      expect(result?.rescored?.job).toBe(job.job);
      expect(await listFormerResults(services.home.objects, exam)).toHaveLength(1);
    }
    const announced = (await services.events()).filter(({ type }) => type === 'JobFinished');
    expect(announced.at(-1)).toMatchObject({ job: job.job, mode: 'rescore', done: EXAMS });
  }, 60_000);
});

describe.runIf(isAwsThere)('jobs on AWS', () => {
  it('sends every message under its program, so that no other program waits behind it', () => {
    const sent = new Map<string, Set<string | undefined>>();
    for (const { queue, group } of services.sends)
      sent.set(queue, new Set([...(sent.get(queue) ?? []), group]));
    const mine = new Set([PROGRAM]);
    // Intake: prepared images, and exams that wait for their second eye. Screening: intake's requests. Results: the workers',
    // and intake's own. Bulk preparation and the queue of new jobs: planning.
    expect(Object.fromEntries(sent)).toEqual({
      ...{ intake: mine, screening: mine, results: mine, 'bulk-preparation': mine, 'job-starts': mine },
    });
    const results = services.sends.filter(({ queue }) => queue === 'results');
    expect(results.length).toBeGreaterThanOrEqual(EXAMS);
  });
});
