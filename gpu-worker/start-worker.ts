import { createRequire } from 'node:module';
import type { ActiveModel } from '../core/activation/active-model.ts';
import { refuseOtherPrecision } from '../core/heads/precision-binding.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import { isOffered, offeredPrecisions } from '../model/bundle/index.ts';
import { bestPrecision } from '../model/runtime/best-precision.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { InferenceThread } from './inference/inference-thread.ts';
import { loadBundle, screeningModel } from './load-bundle.ts';
import { Worker, type WorkerOptions } from './worker.ts';
import type { WorkerEnvironment } from './worker-options.ts';

const GPU_BATCH = 64;
const CPU_BATCH = 8;
/** Bounds of the time that an exam waits for others, in milliseconds. */
const SHORTEST_AGE = 10;
const LONGEST_AGE = 500;

/** A worker with its model loaded. */
export interface StartedWorker {
  readonly worker: Worker;
  readonly model: ActiveModel;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** A batch that leaves half empty wastes half its time: waiting longer than that for others cannot pay. */
function batchAge(batchMilliseconds: number): number {
  return Math.round(Math.min(LONGEST_AGE, Math.max(SHORTEST_AGE, batchMilliseconds / 2)));
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
  { onOtherModel, onWorked }: Pick<WorkerOptions, 'onOtherModel' | 'onWorked'> = {},
): Promise<StartedWorker> {
  const bundle = await loadBundle(home.objects, environment.RETCLIP_MODEL, environment.RETCLIP_CACHE);
  const { manifest } = bundle;
  const provider = bestProvider();
  const precision = bestPrecision(bundle, provider, {
    wanted: environment.RETCLIP_PRECISION,
    acceptUnverified: environment.RETCLIP_ACCEPT_UNVERIFIED,
  });
  const features = { precision, equivalents: offeredPrecisions(manifest) };
  const isVerified = isOffered(manifest, precision);
  if (isVerified) for (const head of bundle.heads) refuseOtherPrecision(head, features, 'this worker');
  else log.warn('The precision is not verified, and results say so', { precision });
  const batchSize = environment.RETCLIP_BATCH_SIZE ?? (provider === 'cuda' ? GPU_BATCH : CPU_BATCH);
  const { imageSize } = manifest.geometry.vision;
  const thread = await InferenceThread.start(
    {
      bundleDirectory: bundle.directory,
      precision,
      provider,
      batchSize,
      ...(environment.RETCLIP_THREADS === undefined ? {} : { threads: environment.RETCLIP_THREADS }),
    },
    imageSize,
  );
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const model = screeningModel(bundle);
  const worker = new Worker({
    home,
    model,
    heads: bundle.heads,
    imageSize,
    thread,
    batchSize,
    batchAgeMilliseconds: environment.RETCLIP_BATCH_AGE ?? batchAge(thread.batchMilliseconds),
    visibilitySeconds: environment.RETCLIP_VISIBILITY,
    precision: features,
    isPrecisionVerified: isVerified,
    runtime: { runtime: `onnxruntime-node ${version}`, provider, precision },
    log,
    counters,
    ...(onOtherModel === undefined ? {} : { onOtherModel }),
    ...(onWorked === undefined ? {} : { onWorked }),
  });
  log.info('The worker is ready', { pid: process.pid, model: model.model, provider, precision, batchSize });
  return { worker, model, close: () => thread.stop() };
}
