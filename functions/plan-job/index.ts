import { Logger } from '@aws-lambda-powertools/logger';
import { BatchClient } from '@aws-sdk/client-batch';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { tellFaults } from '../../aws/faults/tell-faults.ts';
import { awsHome } from '../../aws/home.ts';
import { isBatchJobStarted, startBatchJob } from '../../aws/jobs/batch-jobs.ts';
import { followSchedule } from '../../aws/jobs/scheduler.ts';
import { SqsQueue } from '../../aws/queue/sqs-queue.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { messageHandler } from '../message-handler.ts';
import { createPlanJob } from './plan-job.ts';

const name = z.string().min(1);
const environment = z
  .object({
    SCREEN_JOB_QUEUE: name,
    SCREEN_JOB_DEFINITION: name,
    SCREEN_WORKERS: z.coerce.number().int().positive(),
    RESCORE_JOB_QUEUE: name,
    RESCORE_JOB_DEFINITION: name,
    RESCORE_WORKERS: z.coerce.number().int().positive(),
    /** Fewer let more workers share a small job. */
    EXAMS_PER_SHARD: z.coerce.number().int().positive().optional(),
    /** The queue of this function, where a job waits for its images. */
    JOB_STARTS_URL: z.url(),
    /** What can never be planned or followed. */
    JOB_DEAD_LETTERS_URL: z.url(),
    SCHEDULE_GROUP: name,
    SCHEDULE_QUEUE_ARN: name,
    SCHEDULE_DEAD_LETTERS_ARN: name,
    SCHEDULE_ROLE_ARN: name,
  })
  .parse(process.env);

const TARGETS = {
  screen: {
    queue: environment.SCREEN_JOB_QUEUE,
    definition: environment.SCREEN_JOB_DEFINITION,
    workers: environment.SCREEN_WORKERS,
  },
  rescore: {
    queue: environment.RESCORE_JOB_QUEUE,
    definition: environment.RESCORE_JOB_DEFINITION,
    workers: environment.RESCORE_WORKERS,
  },
} as const;

const log = new Logger();
const home = awsHome(process.env);
const batch = tellFaults(new BatchClient({}));
const scheduler = tellFaults(new SchedulerClient({}));
const sqs = new SQSClient({});
const starts = new SqsQueue(sqs, 'job-starts', environment.JOB_STARTS_URL);

/** Lambda entry of planning: called with messages about jobs and schedules. */
export const handler = messageHandler(
  createPlanJob({
    home,
    configuration: new Configuration(home.objects),
    log,
    ...(environment.EXAMS_PER_SHARD === undefined ? {} : { examsPerShard: environment.EXAMS_PER_SHARD }),
    later: (message, delaySeconds) =>
      starts.send([
        {
          body: JSON.stringify(message),
          delaySeconds: Math.ceil(delaySeconds),
          group: message.program,
        },
      ]),
    isStarted: (job) => isBatchJobStarted(home.objects, job),
    start: (job, plan) => startBatchJob(batch, home.objects, job, plan, TARGETS[job.mode]),
    follow: (schedule) =>
      followSchedule(scheduler, schedule, {
        group: environment.SCHEDULE_GROUP,
        queueArn: environment.SCHEDULE_QUEUE_ARN,
        deadLettersArn: environment.SCHEDULE_DEAD_LETTERS_ARN,
        roleArn: environment.SCHEDULE_ROLE_ARN,
      }),
  }),
  log,
  {
    source: 'job-starts',
    deadLetters: new SqsQueue(sqs, 'job-starts-dead-letters', environment.JOB_DEAD_LETTERS_URL),
  },
);
