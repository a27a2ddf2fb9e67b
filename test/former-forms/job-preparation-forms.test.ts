import { describe, expect, it } from 'vitest';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { manifestKey, planKey, preparedReceiptKey, preparingKey } from '../../core/jobs/job-keys.ts';
import { jobPlanSchema, manifestLineSchema } from '../../core/jobs/job-plan.ts';
import { type JobRecord, jobRecordSchema } from '../../core/jobs/job-record.ts';
import { jobReportSchema } from '../../core/jobs/job-report.ts';
import { readReport, storeJob } from '../../core/jobs/job-store.ts';
import { beginJob } from '../../core/jobs/planning/begin-job.ts';
import { readPrepared, readPreparing } from '../../core/jobs/preparation/preparation-store.ts';
import { ReceiptReader } from '../../core/jobs/receipts.ts';
import { finishJob } from '../../core/jobs/reports/finish-job.ts';
import { progressOf } from '../../core/jobs/reports/job-progress.ts';
import { screenShards } from '../../core/jobs/shards/screen-shards.ts';
import { OTHER_MODEL } from '../../core/jobs/testing/screening-job.ts';
import { domainEventSchema } from '../../core/messages/domain-event.ts';
import { readQueueMessage } from '../../core/messages/queue-message.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { FormerRelease } from './former-release.ts';

const first = new FormerRelease('0.1.0');
const release = new FormerRelease('after-0.1.0');
const JOB = { program: 'north', job: '20261127T124037.751Z-c0580ea3' };
const CONTRACT = '5162fb60e55313b7c60d24dd4b213e04';
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The exams that the first release has planned a job of, screened by one model while another one is active now. */
async function planned(): Promise<{ run: FunctionRun; job: JobRecord }> {
  const run = await FunctionRun.open();
  for (const [patient, exam] of [
    ['P02', '2026-03-02'],
    ['P05', '2026-03-05'],
  ] as const) {
    const key = { program: 'north', patient, exam };
    await run.upload('left', `${patient} left`, key);
    await run.upload('right', `${patient} right`, key);
  }
  await run.settle();
  await run.activate(OTHER_MODEL);
  const job = jobRecordSchema.parse(await release.json('job-1.contract.json'));
  await storeJob(run.home.objects, job);
  await run.home.objects.put(planKey(job), Buffer.from(await first.text('job-plan-1.json')));
  await run.home.objects.put(manifestKey(job, 0), Buffer.from(await first.text('job-shard.jsonl')));
  return { run, job };
}

/** Screens the shard of such a job, and ends the job. */
async function screen(run: FunctionRun, job: JobRecord) {
  const { home } = run;
  await screenShards({
    ...{ home, job, shards: [0], pricePerHour: 0, patienceSeconds: 20 },
    terms: () => new Configuration(home.objects).screening(),
    signal: new AbortController().signal,
    screen: async (request) => {
      await run.answer(request);
      await run.deliver('results');
    },
  });
  await finishJob(home, job, { noWorkerLeft: true }, new Date());
  return readReport(home.objects, job);
}

const FINISHED = { state: 'finished', planned: 3, done: 2, failed: 1 };

describe('a job that the first release has planned', () => {
  it('has its images prepared before it begins, and finishes', async () => {
    const { run, job } = await planned();
    const { home } = run;
    let started = 0;
    const options = {
      ...{ home, log: QUIET, now: () => new Date() },
      terms: () => new Configuration(home.objects).screening(),
      start: async () => {
        started += 1;
      },
      later: run.settleArrivals.bind(run),
    };
    for (let looks = 0; looks < 2; looks += 1) await beginJob(options, job);
    expect(started).toBe(1);
    const report = await screen(run, job);
    expect(report?.progress).toMatchObject({
      ...FINISHED,
      preparation: { images: 4, prepared: 4, found: 0, failed: 0, finished: true },
    });
    await run[Symbol.asyncDispose]();
  });

  it('finishes where its workers had begun, which have its images prepared by themselves', async () => {
    const { run, job } = await planned();
    const reader = new ReceiptReader(run.home.objects);
    expect(await progressOf(run.home.objects, job, reader)).toMatchObject({ preparation: null });
    let isOver = false;
    const prepared = (async () => {
      while (!isOver) {
        await run.settleArrivals();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    })();
    const report = await screen(run, job);
    isOver = true;
    await prepared;
    expect(report?.progress).toMatchObject({ ...FINISHED, preparation: null });
    await run[Symbol.asyncDispose]();
  });
});

describe('what was first stored of the preparation of a job', () => {
  it('is a plan and a shard that say how many images a screening takes', async () => {
    expect(jobPlanSchema.parse(await release.json('job-plan-1.images.json'))).toMatchObject({
      ...{ shards: 1, planned: 2, images: 4 },
    });
    const lines = (await release.text('job-shard.images.jsonl')).trim().split('\n');
    expect(lines.map((line) => manifestLineSchema.parse(JSON.parse(line)).images)).toEqual([2, 2]);
  });

  it('is what was asked for, and what came of it', async () => {
    await using run = await FunctionRun.open();
    const { objects } = run.home;
    const put = async (key: string, form: string) => objects.put(key, Buffer.from(await release.text(form)));
    await put(preparingKey(JOB, CONTRACT, 0), 'shard-preparing-1.json');
    await put(preparedReceiptKey(JOB, 0), 'shard-prepared-1.json');
    expect(await readPreparing(objects, JOB, CONTRACT, 0)).toEqual({
      ...{ schema: 'shard-preparing/1', shard: 0, contract: CONTRACT, images: 4, found: 0 },
      open: [
        { line: 0, images: 2 },
        { line: 1, images: 2 },
      ],
    });
    expect(await readPrepared(objects, JOB, 0)).toMatchObject({
      ...{ images: 4, found: 0, prepared: 2, failed: 2 },
      exams: [{ patient: 'P2', exam: '1', reason: expect.stringContaining('not prepared') }],
    });
  });

  it('is told by messages, by the report and by the announcement of its end', async () => {
    const look = await release.text('job-preparation-1.json');
    expect(readQueueMessage(look)).toEqual({
      ...{ schema: 'job-preparation/1', ...JOB, left: 4, waitedSeconds: 5, askedAgain: false },
    });
    expect(subjectOfMessage(look)).toEqual({ name: `job north/${JOB.job}`, program: 'north' });
    expect(readQueueMessage(await release.text('prepare-image-1.contract.json'))).toMatchObject({
      ...{ schema: 'prepare-image/1', bulk: true, contract: CONTRACT },
      image: { key: 'images/north/P1/1/left.jpg' },
    });
    const report = jobReportSchema.parse(await release.json('job-report-1.preparation.json'));
    expect(report.progress.preparation).toMatchObject({ images: 4, prepared: 2, failed: 2, finished: true });
    const event = domainEventSchema.parse(await release.json('event.JobFinished.images.json'));
    expect(event).toMatchObject({ job: JOB.job, images: { prepared: 2, failed: 2 } });
  });
});
