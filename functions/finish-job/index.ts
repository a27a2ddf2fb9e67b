import { Logger } from '@aws-lambda-powertools/logger';
import { BatchClient } from '@aws-sdk/client-batch';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { awsHome } from '../../aws/home.ts';
import { batchFailure } from '../../aws/jobs/batch-failure.ts';
import { SqsQueue } from '../../aws/queue/sqs-queue.ts';
import { messageHandler } from '../message-handler.ts';
import { createFinishJob } from './finish-job.ts';

const { JOB_DEAD_LETTERS_URL } = z.object({ JOB_DEAD_LETTERS_URL: z.url() }).parse(process.env);

const log = new Logger();
const batch = new BatchClient({});

/** Lambda entry of the end of jobs: called with what AWS Batch tells. */
export const handler = messageHandler(
  createFinishJob({ home: awsHome(process.env), log, reasonOfEnd: (detail) => batchFailure(batch, detail) }),
  log,
  {
    source: 'job-ends',
    deadLetters: new SqsQueue(new SQSClient({}), 'job-ends-dead-letters', JOB_DEAD_LETTERS_URL),
  },
);
