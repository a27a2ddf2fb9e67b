import { isOffered, whyNotOffered } from '../bundle/offered-precisions.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { BundleError, UnverifiedPrecisionError } from '../errors.ts';
import type { Precision } from '../onnx/layers.ts';
import type { ExecutionProvider } from './execution-provider.ts';

/** Fastest first of those that are worth it. A CPU computes float16 no faster than float32. */
const RANKING: Readonly<Record<ExecutionProvider, readonly Precision[]>> = {
  cuda: ['fp16', 'fp32', 'int8'],
  cpu: ['fp32', 'int8', 'fp16'],
};

export interface PrecisionChoice {
  /** The best that is offered, unless told. */
  readonly wanted?: Precision;
  /** Whether one is taken although nothing shows that its findings are those of fp32. Results say so. */
  readonly acceptUnverified?: boolean;
}

/**
 * The precision in which to run a bundle: the wanted one, or the best that it has. Only what is offered is taken, unless
 * more is accepted: see {@link isOffered}.
 *
 * @throws BundleError if it lacks the wanted one, naming those that it has
 * @throws UnverifiedPrecisionError if it has the wanted one, or any, but does not offer it, saying why
 */
export function bestPrecision(
  { directory, manifest }: Bundle,
  provider: ExecutionProvider,
  { wanted, acceptUnverified = false }: PrecisionChoice = {},
): Precision {
  const present = RANKING[provider].filter((precision) => manifest.variants[precision] !== undefined);
  const offered = present.filter((precision) => isOffered(manifest, precision));
  if (wanted === undefined) {
    const [first] = offered.length > 0 || !acceptUnverified ? offered : present;
    if (first !== undefined) return first;
    const [unverified] = present;
    throw unverified === undefined
      ? new BundleError(
          `Bundle "${directory}" has no vision tower in any precision. Import the checkpoint again.`,
        )
      : refused(directory, manifest, unverified, offered);
  }
  if (!present.includes(wanted)) {
    throw new BundleError(
      `Bundle "${directory}" has no ${wanted} variant, only ${present.join(', ')}. Choose one of these, or import it with --precision ${wanted}.`,
    );
  }
  if (acceptUnverified || offered.includes(wanted)) return wanted;
  throw refused(directory, manifest, wanted, offered);
}

function refused(
  directory: string,
  manifest: Bundle['manifest'],
  precision: Precision,
  offered: readonly Precision[],
): UnverifiedPrecisionError {
  const instead =
    offered.length === 0
      ? 'Import the checkpoint again with --precision fp32 beside it'
      : `Choose ${offered.join(' or ')}`;
  return new UnverifiedPrecisionError(
    `Bundle "${directory}" does not offer ${precision}: ${whyNotOffered(manifest, precision)}. ${instead}; or compare it on photographs: retclip model verify "${directory}" --photographs DIR; or take it as it is with --accept-unverified (a worker: RETCLIP_ACCEPT_UNVERIFIED=true), which its results then say.`,
  );
}
