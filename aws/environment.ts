import { z } from 'zod';
import { ConfigurationError } from '../core/errors.ts';

const name = z.string().min(1);
const address = z.url();

/** The environment by which a function or the worker finds its home; the stack sets it. */
export const awsEnvironmentSchema = z.object({
  DATA_BUCKET: name,
  EXAM_TABLE: name,
  EVENT_BUS_NAME: name,
  PREPARED_BUCKET: name,
  PREPARATION_QUEUE_URL: address,
  PREPARATION_DEAD_LETTERS_URL: address,
  BULK_PREPARATION_QUEUE_URL: address,
  BULK_PREPARATION_DEAD_LETTERS_URL: address,
  INTAKE_QUEUE_URL: address,
  INTAKE_DEAD_LETTERS_URL: address,
  SCREENING_QUEUE_URL: address,
  SCREENING_DEAD_LETTERS_URL: address,
  LIVE_SCREENING_QUEUE_URL: address,
  LIVE_SCREENING_DEAD_LETTERS_URL: address,
  RESULTS_QUEUE_URL: address,
  RESULTS_DEAD_LETTERS_URL: address,
  INDEXING_QUEUE_URL: address,
  INDEXING_DEAD_LETTERS_URL: address,
  WEBHOOKS_QUEUE_URL: address,
  WEBHOOKS_DEAD_LETTERS_URL: address,
  VECTOR_BUCKET: name,
});

export type AwsEnvironment = Readonly<z.infer<typeof awsEnvironmentSchema>>;

/** The queues of jobs, for functions that send their dead letters again. */
const jobQueuesEnvironmentSchema = z.object({
  JOB_STARTS_QUEUE_URL: address,
  JOB_STARTS_DEAD_LETTERS_URL: address,
  JOB_ENDS_QUEUE_URL: address,
  JOB_ENDS_DEAD_LETTERS_URL: address,
});
export type JobQueuesEnvironment = Readonly<z.infer<typeof jobQueuesEnvironmentSchema>>;

function read<Schema extends z.ZodType>(schema: Schema, environment: NodeJS.ProcessEnv): z.infer<Schema> {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    throw new ConfigurationError(
      `The environment does not name the deployed system: ${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** @throws ConfigurationError naming the variables at fault */
export function readAwsEnvironment(environment: NodeJS.ProcessEnv): AwsEnvironment {
  return read(awsEnvironmentSchema, environment);
}

/** @throws ConfigurationError naming the variables at fault */
export function readJobQueuesEnvironment(environment: NodeJS.ProcessEnv): JobQueuesEnvironment {
  return read(jobQueuesEnvironmentSchema, environment);
}
