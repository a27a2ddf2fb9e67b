import type { ActiveModel } from '../core/activation/active-model.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import { openScreener } from '../screening/open-screener.ts';
import type { ScreenerOptions } from '../screening/screener.ts';
import { Worker, type WorkerOptions } from './worker.ts';
import type { WorkerEnvironment } from './worker-options.ts';

/** A worker with its model loaded. */
export interface StartedWorker {
  readonly worker: Worker;
  readonly model: ActiveModel;
  /** Ends the threads. */
  close(): Promise<void>;
}

/**
 * Loads the model and makes the worker. It takes no message before `worker.run()`.
 *
 * @throws BundleError naming the file or the precision at fault; HeadError naming a head of another precision
 */
export async function startWorker(
  home: Home,
  environment: WorkerEnvironment,
  log: Log,
  counters: Counters,
  { onOtherModel, onWorked }: Pick<ScreenerOptions, 'onOtherModel'> & Pick<WorkerOptions, 'onWorked'> = {},
): Promise<StartedWorker> {
  const { screener, close } = await openScreener(
    { home, log, counters, ...(onOtherModel === undefined ? {} : { onOtherModel }) },
    {
      bundleFolder: environment.RETCLIP_MODEL,
      cache: environment.RETCLIP_CACHE,
      precision: environment.RETCLIP_PRECISION,
      acceptUnverified: environment.RETCLIP_ACCEPT_UNVERIFIED,
      batchSize: environment.RETCLIP_BATCH_SIZE,
      batchAgeMilliseconds: environment.RETCLIP_BATCH_AGE,
      threads: environment.RETCLIP_THREADS,
    },
  );
  const worker = new Worker({
    ...{ home, screener, log, counters },
    visibilitySeconds: environment.RETCLIP_VISIBILITY,
    ...(onWorked === undefined ? {} : { onWorked }),
  });
  log.info('The worker is ready', { pid: process.pid, model: screener.model.model });
  return { worker, model: screener.model, close };
}
