import type { Bundle } from '../bundle/open-bundle.ts';
import { BundleError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import type { ExecutionProvider } from './execution-provider.ts';

/** Best first. A CPU computes float16 no faster than float32; int8 gives features that are a little other. */
const RANKING: Readonly<Record<ExecutionProvider, readonly Precision[]>> = {
  cuda: ['fp16', 'fp32', 'int8'],
  cpu: ['fp32', 'int8', 'fp16'],
};

/**
 * The precision in which to run a bundle: the wanted one, or the best that it has.
 *
 * @throws BundleError if it lacks the wanted one, naming those that it has
 */
export function bestPrecision(
  { directory, manifest }: Bundle,
  provider: ExecutionProvider,
  wanted?: Precision,
): Precision {
  const { variants } = manifest;
  const present = RANKING[provider].filter((precision) => variants[precision] !== undefined);
  const found = wanted === undefined ? present[0] : present.find((precision) => precision === wanted);
  if (found !== undefined) return found;
  throw new BundleError(
    wanted === undefined
      ? `Bundle "${directory}" has no vision tower in any precision. Import the checkpoint again.`
      : `Bundle "${directory}" has no ${wanted} variant, only ${present.join(', ')}. Choose one of these, or import it with --precision ${wanted}.`,
  );
}
