import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import type { Cost } from '../bundle/cost.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { Precision } from '../onnx/layers.ts';
import { VisionSession } from '../runtime/vision-session.ts';

/** As many as the live lane's function gives the model at once. */
const BATCH = 4;
const FEWEST_BATCHES = 5;
const MOST_BATCHES = 25;
/** Of one core, on all batches of a precision beyond the fewest. */
const ENOUGH_MILLISECONDS = 2_000;

/** Pictures in which no two pixels in a row are the same. What they show changes no count of operations. */
function pictures(imageSize: number): Uint8Array {
  return Uint8Array.from(
    { length: BATCH * imageSize ** 2 * 3 },
    (_, index) => (index * 2_654_435_761) >>> 24,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return (low + high) / 2;
}

/** Time that all threads of this process were computing, in milliseconds: others that share the machine do not count. */
function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Measures what one image costs on this machine's processor: the vision tower alone, on one thread, after it has warmed up.
 * Of 250 ms and less an image the measurement takes some seconds.
 *
 * @throws BundleError if the bundle lacks the precision, or it does not load
 * @example
 * (await measureCost(await openBundle('bundles/default'), 'fp32')).coreMilliseconds // 22
 */
export async function measureCost(bundle: Bundle, precision: Precision): Promise<Cost> {
  const session = await VisionSession.load(bundle, { precision, provider: 'cpu', threads: 1 });
  try {
    const pixels = pictures(session.imageSize);
    await session.run(pixels);
    await session.run(pixels);
    const took: number[] = [];
    for (
      let sum = 0;
      took.length < FEWEST_BATCHES || (sum < ENOUGH_MILLISECONDS && took.length < MOST_BATCHES);
    ) {
      const began = processorMilliseconds();
      await session.run(pixels);
      const one = processorMilliseconds() - began;
      took.push(one);
      sum += one;
    }
    const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
      version: string;
    };
    return {
      coreMilliseconds: Number((median(took) / BATCH).toPrecision(3)),
      batchSize: BATCH,
      batches: took.length,
      processor: cpus()[0]?.model.trim() || process.arch,
      runtime: `onnxruntime-node ${version}, cpu`,
    };
  } finally {
    await session.release();
  }
}
