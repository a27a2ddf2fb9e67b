import { Logger } from '@aws-lambda-powertools/logger';
import { SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { awsHome } from '../../aws/home.ts';
import { SqsQueue } from '../../aws/queue/sqs-queue.ts';
import { messageHandler } from '../message-handler.ts';
import { createFinishJob } from './finish-job.ts';

const { JOB_DEAD_LETTERS_URL } = z.object({ JOB_DEAD_LETTERS_URL: z.url() }).parse(process.env);

const log = new Logger();

/** Lambda entry of the end of jobs: called with what AWS Batch tells. */
export const handler = messageHandler(createFinishJob({ home: awsHome(process.env), log }), log, {
  source: 'job-ends',
  deadLetters: new SqsQueue(new SQSClient({}), 'job-ends-dead-letters', JOB_DEAD_LETTERS_URL),
});
