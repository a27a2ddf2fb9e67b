import { z } from 'zod';
import { PRECISIONS } from '../model/onnx/layers.ts';
import { WorkerError } from './errors.ts';

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** Settings of a worker by its environment, with their defaults. */
export const workerEnvironmentSchema = z.object({
  /** Data folder of the home on one machine. Without it the home is AWS. */
  RETCLIP_DATA: z.string().min(1).optional(),
  /** Folder of the model bundle. Without it the active model is fetched from the object store. */
  RETCLIP_MODEL: z.string().min(1).optional(),
  /** Where a fetched bundle is kept. */
  RETCLIP_CACHE: z.string().min(1).default('/tmp/retclip-models'),
  /** By default fp16 on a GPU and fp32 on the CPU, or the next best that the bundle offers. */
  RETCLIP_PRECISION: z.enum(PRECISIONS).optional(),
  /** `true`: a precision is taken although nothing shows that its findings are those of fp32. */
  RETCLIP_ACCEPT_UNVERIFIED: z.stringbool().default(false),
  /** Pictures of a batch; at least 2, since both eyes stay together. 64 on a GPU, 8 on the CPU. */
  RETCLIP_BATCH_SIZE: count(2, 1_024).optional(),
  /** How long an exam waits for others to fill its batch, in milliseconds. By default half as long as a batch takes. */
  RETCLIP_BATCH_AGE: count(0, 60_000).optional(),
  /** Threads of the model on the CPU. */
  RETCLIP_THREADS: count(1, 256).optional(),
  /** The job whose shards are screened; without it the screening queue is worked on. */
  RETCLIP_PROGRAM: z.string().min(1).optional(),
  RETCLIP_JOB: z.string().min(1).optional(),
  /** Set by AWS Batch for each child of an array job. */
  AWS_BATCH_JOB_ARRAY_INDEX: z.coerce.number().int().nonnegative().default(0),
  /** How many workers share the job. */
  RETCLIP_WORKERS: count(1, 10_000).default(1),
  /** Of this worker's instance, in USD. */
  RETCLIP_PRICE_PER_HOUR: z.coerce.number().nonnegative().default(0),
  /** A shard is given up when no exam of it has been answered for so many seconds. */
  RETCLIP_PATIENCE: count(1, 86_400).default(900),
  /** Touched while the worker lives, for the container's health check. */
  RETCLIP_HEALTH_FILE: z.string().min(1).optional(),
  /** Set by the ECS agent for the container of a task: where it answers. */
  ECS_AGENT_URI: z.url().optional(),
  /** How long a message is on loan, in seconds. */
  RETCLIP_VISIBILITY: count(3, 43_200).default(60),
});

export type WorkerEnvironment = Readonly<z.infer<typeof workerEnvironmentSchema>>;

/** @throws WorkerError naming the variable at fault */
export function readEnvironment(environment: NodeJS.ProcessEnv): WorkerEnvironment {
  const parsed = workerEnvironmentSchema.safeParse(environment);
  if (!parsed.success)
    throw new WorkerError(`The worker's environment is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
