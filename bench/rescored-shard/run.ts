import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { jobId } from '../../core/jobs/job-id.ts';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import { storeJob } from '../../core/jobs/job-store.ts';
import { planJob } from '../../core/jobs/planning/plan-job.ts';
import { rescoreJob } from '../../rescore-worker/rescore-job.ts';
import { drawnHead, populate } from '../../rescore-worker/testing/population.ts';
import { openAwsServices } from '../../test/emulators/aws-services.ts';
import type { Measured } from './settle.ts';

/**
 * What one re-scored shard of 1,000 exams costs aggregation in AWS: the processor time of a process of its own, which
 * reaches emulators of S3, DynamoDB and EventBridge by the SDK. Its code is cold, as a function's is that was just started.
 *
 * node bench/rescored-shard/run.ts
 */
const EXAMS = 1_000;
const LABELS = [
  'normal',
  'glaucoma',
  'cataract',
  'amd',
  'hypertension',
  'myopia',
  'diabetic-retinopathy',
  'other',
];
const QUIET = { info: () => undefined, warn: () => undefined, error: console.error };

const services = await openAwsServices();
try {
  const { home, environment } = services;
  const population = await populate(home, { exams: EXAMS, embedding: 512, examsPerShard: 32, labels: 8 });
  const head = await storeHead(home.objects, drawnHead('new', 512, LABELS));
  const { model, preprocessing, heads } = population.model;
  const now = new Date();
  const job: JobRecord = {
    ...{ schema: 'job/1', program: population.program, job: jobId(now), mode: 'rescore', selection: {} },
    ...{ createdAt: now.toISOString(), createdBy: 'bench', model, preprocessing, heads: [...heads, head] },
    ...{ shadow: false, schedule: null },
  };
  await storeJob(home.objects, job);
  await planJob(home, job);
  const stopping = new AbortController().signal;
  await rescoreJob({ home, job, workerNumber: 0, workers: 1, pricePerHour: 0, log: QUIET, stopping });
  const settling = fileURLToPath(new URL('settle.ts', import.meta.url));
  const child = fork(settling, [job.program, job.job], { env: { ...process.env, ...environment } });
  const [{ exams, processorSeconds, seconds, megabytes }] = (await once(child, 'message')) as [Measured];
  console.log(
    `${exams} exams: ${processorSeconds.toFixed(2)} s of a processor, ${seconds.toFixed(1)} s by the clock beside the emulators, ${megabytes.toFixed(0)} MB`,
  );
} finally {
  await services.close();
}
