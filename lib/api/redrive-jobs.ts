import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { JobQueuesEnvironment } from '../../aws/environment.ts';
import type { HomeFunction } from '../functions/home-function.ts';
import type { Jobs } from '../jobs/jobs.ts';

/** Lets a function look into the dead letters of jobs and send them again, as it does with those of the pipeline. */
export function redriveJobs(handler: HomeFunction, { starts, ends }: Pick<Jobs, 'starts' | 'ends'>): void {
  const urls: JobQueuesEnvironment = {
    JOB_STARTS_QUEUE_URL: starts.queue.queueUrl,
    JOB_STARTS_DEAD_LETTERS_URL: starts.deadLetters.queueUrl,
    JOB_ENDS_QUEUE_URL: ends.queue.queueUrl,
    JOB_ENDS_DEAD_LETTERS_URL: ends.deadLetters.queueUrl,
  };
  for (const [name, url] of Object.entries(urls)) handler.addEnvironment(name, url);
  const pairs = [starts, ends];
  handler.executionRole.addToPolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: pairs.map(({ queue }) => queue.queueArn),
    }),
  );
  handler.executionRole.addToPolicy(
    new PolicyStatement({
      actions: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ],
      resources: pairs.map(({ deadLetters }) => deadLetters.queueArn),
    }),
  );
}
