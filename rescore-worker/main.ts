import { z } from 'zod';
import { ConfigurationError, InvalidInputError, reasonOf, UnknownNameError } from '../core/errors.ts';
import { HeadError } from '../core/heads/head.ts';
import { readJob } from '../core/jobs/job-store.ts';
import { unknownJob } from '../core/jobs/planning/plan-job.ts';
import { PERMANENT_FAULT_EXIT_CODE, storeWorkerFailure } from '../core/jobs/worker-failure.ts';
import type { Home } from '../core/ports/index.ts';
import { lineLog } from '../core/ports/log.ts';
import { rescoreJob } from './rescore-job.ts';

/** Settings of a worker by its environment. */
const environmentSchema = z.object({
  RETCLIP_PROGRAM: z.string().min(1),
  RETCLIP_JOB: z.string().min(1),
  /** Data folder of the home on one machine. Without it the home is AWS. */
  RETCLIP_DATA: z.string().min(1).optional(),
  /** Set by AWS Batch for each child of an array job. */
  AWS_BATCH_JOB_ARRAY_INDEX: z.coerce.number().int().nonnegative().default(0),
  /** How many workers share the job. */
  RETCLIP_WORKERS: z.coerce.number().int().positive().default(1),
  RETCLIP_PRICE_PER_HOUR: z.coerce.number().nonnegative().default(0),
});

/** Of a worker that was stopped before the end of its job, so that AWS Batch starts it again: 128 + SIGTERM. */
const STOPPED_EXIT_CODE = 143;

/** The one place where the worker's home is chosen. */
async function openHome(dataFolder: string | undefined): Promise<Home> {
  if (dataFolder === undefined) {
    const { awsHome } = await import('../aws/home.ts');
    return awsHome(process.env);
  }
  const { openLocalHome } = await import('../local/home.ts');
  return openLocalHome(dataFolder, { sweep: false });
}

/** Another attempt would end alike. */
function isPermanent(error: unknown): boolean {
  return [HeadError, InvalidInputError, ConfigurationError, UnknownNameError, z.ZodError].some(
    (kind) => error instanceof kind,
  );
}

/** The exit code for a fault. What would end alike the next time is kept for the report of the worker's job. */
async function exitCodeFor(error: unknown): Promise<number> {
  if (!isPermanent(error)) return 1;
  const { RETCLIP_PROGRAM: program, RETCLIP_JOB: job } = process.env;
  if (opened !== undefined && program !== undefined && job !== undefined) {
    await storeWorkerFailure(opened.objects, { program, job }, reasonOf(error)).catch((fault: unknown) =>
      lineLog().warn('Why the worker gave up could not be kept', { reason: reasonOf(fault) }),
    );
  }
  return PERMANENT_FAULT_EXIT_CODE;
}

let opened: Home | undefined;

async function main(): Promise<void> {
  // The host on this machine is gone: so must its worker be.
  process.on('disconnect', () => process.exit(1));
  const environment = environmentSchema.parse(process.env);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const home = await openHome(environment.RETCLIP_DATA);
  opened = home;
  const key = { program: environment.RETCLIP_PROGRAM, job: environment.RETCLIP_JOB };
  const job = await readJob(home.objects, key);
  if (job === undefined) throw unknownJob(key);
  await rescoreJob({
    home,
    job,
    workerNumber: environment.AWS_BATCH_JOB_ARRAY_INDEX,
    workers: environment.RETCLIP_WORKERS,
    pricePerHour: environment.RETCLIP_PRICE_PER_HOUR,
    log: lineLog(),
    stopping: stopping.signal,
  });
  await home.close();
  process.exit(stopping.signal.aborted ? STOPPED_EXIT_CODE : 0);
}

await main().catch(async (error: unknown) => {
  lineLog().error('The worker failed', { reason: reasonOf(error) });
  process.exit(await exitCodeFor(error));
});
