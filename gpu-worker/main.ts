import { utimes, writeFile } from 'node:fs/promises';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../core/activation/active-model.ts';
import { ConfigurationError, InvalidInputError, reasonOf, UnknownNameError } from '../core/errors.ts';
import { HeadError } from '../core/heads/head.ts';
import { PERMANENT_FAULT_EXIT_CODE, storeWorkerFailure } from '../core/jobs/worker-failure.ts';
import type { Home } from '../core/ports/index.ts';
import { type Log, lineLog } from '../core/ports/log.ts';
import { ModelError } from '../model/errors.ts';
import { activeModel, isSameBundle } from '../screening/load-bundle.ts';
import { cloudWatchMetrics, loggedMetrics } from '../screening/metrics/worker-metrics.ts';
import { WorkerError } from './errors.ts';
import { screenJob } from './screen-job.ts';
import { startWorker } from './start-worker.ts';
import { TaskProtection } from './task-protection.ts';
import type { Worker } from './worker.ts';
import { tellHost } from './worker-notice.ts';
import { readEnvironment, type WorkerEnvironment } from './worker-options.ts';

/** A stopping container has 30 s. The worker finishes within this time and leaves the rest for its exit. */
const STOP_MILLISECONDS = 25_000;
const REPORT_MILLISECONDS = 30_000;
/** How often ECS is told whether exams are in hand. */
const PROTECT_MILLISECONDS = 5_000;
/** Of a worker that was stopped before the end of its job, so that AWS Batch starts it again: 128 + SIGTERM. */
const STOPPED_EXIT_CODE = 143;

const END_OF_WORK = 'end of work';

/** Another attempt would end alike. */
function isPermanent(error: unknown): boolean {
  return [ModelError, WorkerError, HeadError, InvalidInputError, ConfigurationError, UnknownNameError].some(
    (kind) => error instanceof kind,
  );
}

/** The exit code for a fault. What would end alike the next time is kept for the report of the worker's job. */
async function exitCodeFor(home: Home | undefined, error: unknown): Promise<number> {
  if (!isPermanent(error)) return 1;
  const { RETCLIP_PROGRAM: program, RETCLIP_JOB: job } = process.env;
  if (home !== undefined && program !== undefined && job !== undefined) {
    await storeWorkerFailure(home.objects, { program, job }, reasonOf(error)).catch((fault: unknown) =>
      lineLog().warn('Why the worker gave up could not be kept', { reason: reasonOf(fault) }),
    );
  }
  return PERMANENT_FAULT_EXIT_CODE;
}

/** The one place where the worker's home is chosen. */
async function openHome(environment: WorkerEnvironment): Promise<Home> {
  if (environment.RETCLIP_DATA === undefined) {
    const { awsHome } = await import('../aws/home.ts');
    return awsHome(process.env);
  }
  const { openLocalHome } = await import('../local/home.ts');
  return openLocalHome(environment.RETCLIP_DATA, { sweep: false });
}

/** Touches the file that the container's health check looks at. */
async function touch(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const now = new Date();
  await utimes(file, now, now).catch(() => writeFile(file, ''));
}

/** Resolves when the process is asked to stop: by its container, the terminal, or a new model. */
function stopRequested(newModel: Promise<string>): Promise<string> {
  return new Promise((resolve) => {
    // ECS sends SIGTERM for a Spot interruption as well: its agent drains the instance.
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    newModel.then(resolve, () => undefined);
  });
}

/** The shards of one job, or the screening queue until the worker is stopped. */
function work(
  home: Home,
  environment: WorkerEnvironment,
  worker: Worker,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  const { RETCLIP_PROGRAM: program, RETCLIP_JOB: job } = environment;
  if (program === undefined || job === undefined) return worker.run();
  return Promise.race([
    worker.crashed,
    screenJob({
      home,
      job: { program, job },
      workerNumber: environment.AWS_BATCH_JOB_ARRAY_INDEX,
      workers: environment.RETCLIP_WORKERS,
      worker,
      pricePerHour: environment.RETCLIP_PRICE_PER_HOUR,
      patienceSeconds: environment.RETCLIP_PATIENCE,
      log,
      signal,
    }),
  ]);
}

let opened: Home | undefined;

async function main(): Promise<void> {
  // There is nothing yet that must be handed back.
  const leave = () => process.exit(STOPPED_EXIT_CODE);
  process.once('SIGTERM', leave);
  // The host on this machine is gone: so must its worker be.
  process.on('disconnect', () => process.exit(1));
  const environment = readEnvironment(process.env);
  const log = lineLog();
  const home = await openHome(environment);
  opened = home;
  const metrics =
    environment.RETCLIP_DATA === undefined ? cloudWatchMetrics('gpu-worker') : loggedMetrics(log);
  const newModel = Promise.withResolvers<string>();

  let loaded: ActiveModel | undefined;
  const reload = async () => {
    const active = await activeModel(home.objects);
    if (environment.RETCLIP_MODEL === undefined && loaded !== undefined && !isSameBundle(active, loaded)) {
      newModel.resolve(`"${ACTIVE_MODEL_KEY}" names another model`);
    }
  };
  let hasWorked = false;
  const { worker, model, close } = await startWorker(home, environment, log, metrics, {
    onOtherModel: () => {
      reload().catch((error: unknown) =>
        log.warn('The active model could not be read', { reason: `${error}` }),
      );
    },
    onWorked: () => {
      // The host starts a worker that has worked again at once.
      if (!hasWorked) void tellHost({ kind: 'worked' });
      hasWorked = true;
    },
  });
  loaded = model;
  await tellHost({ kind: 'ready' });
  process.off('SIGTERM', leave);

  const report = setInterval(() => metrics.report(worker.rates), REPORT_MILLISECONDS);
  await touch(environment.RETCLIP_HEALTH_FILE);
  const health = setInterval(() => touch(environment.RETCLIP_HEALTH_FILE), 10_000);
  const protection = new TaskProtection({ agent: environment.ECS_AGENT_URI, log });
  const protect = setInterval(() => void protection.update(worker.onLoan), PROTECT_MILLISECONDS);
  const stopping = new AbortController();
  const running = work(home, environment, worker, log, stopping.signal);
  running.catch(() => undefined);
  const reason = await Promise.race([stopRequested(newModel.promise), running.then(() => END_OF_WORK)]).catch(
    async (error: unknown) => {
      log.error('The worker failed', { reason: reasonOf(error) });
      process.exitCode = await exitCodeFor(home, error);
      return 'failure';
    },
  );
  log.info('The worker stops', { reason });
  stopping.abort();
  if (environment.RETCLIP_JOB !== undefined && reason !== END_OF_WORK) process.exitCode ??= STOPPED_EXIT_CODE;
  await worker.stop(reason === 'failure' ? 0 : STOP_MILLISECONDS);
  clearInterval(report);
  clearInterval(health);
  clearInterval(protect);
  metrics.report(worker.rates);
  await close();
  await home.close();
  // Whatever still waits was handed back and must not hold the process.
  process.exit();
}

await main().catch(async (error: unknown) => {
  const reason = reasonOf(error);
  lineLog().error('The worker could not start', { reason });
  await tellHost({ kind: 'cannot-start', reason });
  process.exit(await exitCodeFor(opened, error));
});
