import type { NamedTensors } from '../checkpoint/weights.ts';

/** Mean and standard deviation of each channel's values. */
export interface Distribution {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** What eight bits stand for: value = scale · (byte - zero). */
export interface ByteRange {
  readonly scale: number;
  /** The byte that stands for 0. */
  readonly zero: number;
}

/** Values beyond so many standard deviations are cut: 6 in 100,000 of a normal distribution. */
const DEVIATIONS = 4;
const LARGEST_BYTE = 255;
/** ReLU6 cuts here. */
const CEILING = 6;

/**
 * The values behind a batch norm. Training has brought each channel to mean 0 and deviation 1, so that its offset is its
 * mean and its factor its deviation: no photographs are needed to know the range.
 *
 * Source: Nagel et al., Data-Free Quantization (arXiv 1906.04721).
 */
export async function normedDistribution(tensors: NamedTensors, norm: string): Promise<Distribution> {
  const means = Float64Array.from(await tensors.read(`${norm}.bias`));
  const deviations = Float64Array.from(await tensors.read(`${norm}.weight`), Math.abs);
  return { means, deviations };
}

/** The sums of two values that do not depend on each other. */
export function sumDistribution(a: Distribution, b: Distribution): Distribution {
  return {
    means: a.means.map((mean, channel) => mean + (b.means[channel] ?? 0)),
    deviations: a.deviations.map((deviation, channel) => Math.hypot(deviation, b.deviations[channel] ?? 0)),
  };
}

function reach({ means, deviations }: Distribution, direction: 1 | -1): number {
  return means.reduce(
    (farthest, mean, channel) =>
      Math.max(farthest, direction * mean + DEVIATIONS * (deviations[channel] ?? 0)),
    0,
  );
}

/** The range of values of any sign. 0 is always among them. */
export function signedRange(distribution: Distribution): ByteRange {
  const below = reach(distribution, -1);
  const scale = (below + reach(distribution, 1)) / LARGEST_BYTE || 1;
  return { scale, zero: Math.round(below / scale) };
}

/** The range of values behind ReLU6. */
export function relu6Range(distribution: Distribution): ByteRange {
  return { scale: Math.min(CEILING, reach(distribution, 1)) / LARGEST_BYTE || 1, zero: 0 };
}
