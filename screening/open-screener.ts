import { createRequire } from 'node:module';
import { refuseOtherPrecision } from '../core/heads/precision-binding.ts';
import { activeModelOfBundle, isOffered, offeredPrecisions } from '../model/bundle/index.ts';
import type { Precision } from '../model/onnx/layers.ts';
import { bestPrecision } from '../model/runtime/best-precision.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { InferenceThread } from './inference/inference-thread.ts';
import { loadBundle } from './load-bundle.ts';
import { Screener, type ScreenerOptions } from './screener.ts';

const GPU_BATCH = 64;
const CPU_BATCH = 8;
/** Bounds of the time that an exam waits for others, in milliseconds. */
const SHORTEST_AGE = 10;
const LONGEST_AGE = 500;

/** What is loaded, and how it runs. Each choice has a default. */
export interface ScreenerSettings {
  /** Folder of the model bundle. Without it the active model is fetched from the object store. */
  readonly bundleFolder?: string | undefined;
  /** Where a fetched bundle is kept. */
  readonly cache: string;
  /** By default the best that the bundle offers here. */
  readonly precision?: Precision | undefined;
  /** Whether a precision is taken although nothing shows that its findings are those of fp32. */
  readonly acceptUnverified?: boolean;
  /** Pictures of a batch; at least 2, since both eyes stay together. */
  readonly batchSize?: number | undefined;
  readonly batchAgeMilliseconds?: number | undefined;
  /** Threads of the model on the CPU. */
  readonly threads?: number | undefined;
}

/** A screener whose model is loaded. */
export interface OpenedScreener {
  readonly screener: Screener;
  /** Ends the model's thread. */
  close(): Promise<void>;
}

/** A batch that leaves half empty wastes half its time: waiting longer than that for others cannot pay. */
function batchAge(batchMilliseconds: number): number {
  return Math.round(Math.min(LONGEST_AGE, Math.max(SHORTEST_AGE, batchMilliseconds / 2)));
}

/**
 * Loads the model.
 *
 * @throws BundleError naming the file or the precision at fault; HeadError naming a head of another precision
 */
export async function openScreener(
  { home, log, counters, onOtherModel }: Pick<ScreenerOptions, 'home' | 'log' | 'counters' | 'onOtherModel'>,
  settings: ScreenerSettings,
): Promise<OpenedScreener> {
  const bundle = await loadBundle(home.objects, settings.bundleFolder, settings.cache);
  const { manifest } = bundle;
  const provider = bestProvider();
  const { precision: wanted, acceptUnverified = false } = settings;
  const precision = bestPrecision(bundle, provider, { wanted, acceptUnverified });
  const features = { precision, equivalents: offeredPrecisions(manifest) };
  const isVerified = isOffered(manifest, precision);
  if (isVerified) for (const head of bundle.heads) refuseOtherPrecision(head, features, 'this worker');
  else log.warn('The precision is not verified, and results say so', { precision });
  const batchSize = settings.batchSize ?? (provider === 'cuda' ? GPU_BATCH : CPU_BATCH);
  const { imageSize } = manifest.geometry.vision;
  const { threads } = settings;
  const thread = await InferenceThread.start(
    {
      ...{ bundleDirectory: bundle.directory, precision, provider, batchSize },
      ...(threads === undefined ? {} : { threads }),
    },
    imageSize,
  );
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string };
  const screener = new Screener({
    home,
    model: activeModelOfBundle(bundle),
    heads: bundle.heads,
    imageSize,
    thread,
    batchSize,
    batchAgeMilliseconds: settings.batchAgeMilliseconds ?? batchAge(thread.batchMilliseconds),
    precision: features,
    isPrecisionVerified: isVerified,
    // Of pixels that are a part of the photograph it is not stored which: a map would lie in the wrong place.
    evidence: manifest.preprocessing.resize === 'squash' ? manifest.evidence : undefined,
    distance: manifest.distance,
    runtime: { runtime: `onnxruntime-node ${version}`, provider, precision },
    log,
    counters,
    ...(onOtherModel === undefined ? {} : { onOtherModel }),
  });
  log.info('The model is loaded', { model: screener.model.model, provider, precision, batchSize });
  return { screener, close: () => thread.stop() };
}
