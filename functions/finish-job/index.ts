import { Logger } from '@aws-lambda-powertools/logger';
import { awsHome } from '../../aws/home.ts';
import { messageHandler } from '../message-handler.ts';
import { createFinishJob } from './finish-job.ts';

const log = new Logger();

/** Lambda entry of the end of jobs: called with what AWS Batch tells. */
export const handler = messageHandler(createFinishJob({ home: awsHome(process.env), log }), log);
