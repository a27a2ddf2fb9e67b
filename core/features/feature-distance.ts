import { z } from 'zod';

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** A set of photographs, and how many of its patients were flagged. */
const measuredSchema = z
  .object({
    /** Name of the features file. */
    source: z.string().min(1),
    patients: count,
    flagged: count,
    /** Bounds of the share's 95 % interval. */
    low: share,
    high: share,
  })
  .strict();
export type MeasuredRate = Readonly<z.infer<typeof measuredSchema>>;

/**
 * How far an eye's `visual` lies from those of training, kept in a bundle's manifest. It belongs to the features of that bundle, and
 * is no part of its id.
 */
export const featureDistanceSchema = z
  .object({
    channels: z.number().int().positive(),
    /** float32 [channels], little-endian, base64. */
    mean: z.base64(),
    /** float32 [axes, channels]: orthonormal, those along which training varies most first. */
    axes: z.base64(),
    /** Variance of training along each axis, and of each channel beside them. */
    variances: z.array(z.number().positive()).min(1),
    rest: z.number().positive(),
    /** An eye that lies further is unlike training. */
    threshold: z.number().positive(),
    /** Share of kept patients that was to be flagged. */
    rate: share,
    fittedTo: z.object({ source: z.string().min(1), eyes: count }).strict(),
    /** The kept patients whom the threshold was set on first, then other sets. */
    measured: z.array(measuredSchema).min(1),
  })
  .strict();
export type StoredDistance = Readonly<z.infer<typeof featureDistanceSchema>>;

function floats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}

/** Numbers as they are stored. */
export function encodeFloats(values: ArrayLike<number>): string {
  const bytes = Buffer.alloc(4 * values.length);
  for (let index = 0; index < values.length; index += 1) bytes.writeFloatLE(values[index] ?? 0, 4 * index);
  return bytes.toString('base64');
}

/**
 * Measures how far features lie from those of training: the Mahalanobis distance under a normal distribution that has its own
 * variance along some axes and one for all others.
 *
 * Source: Lee et al., arXiv 1807.03888, for one class; Tipping and Bishop, Probabilistic Principal Component Analysis, 1999.
 */
export class FeatureDistance {
  readonly threshold: number;
  readonly #mean: Float32Array;
  readonly #axes: Float32Array;
  readonly #variances: readonly number[];
  readonly #rest: number;

  constructor(stored: Pick<StoredDistance, 'mean' | 'axes' | 'variances' | 'rest' | 'threshold'>) {
    this.threshold = stored.threshold;
    this.#mean = floats(stored.mean);
    this.#axes = floats(stored.axes);
    this.#variances = stored.variances;
    this.#rest = stored.rest;
  }

  /** @param visual of the model's embedding */
  of(visual: Float32Array): number {
    const channels = this.#mean.length;
    let [left, sum] = [0, 0];
    const centred = new Float64Array(channels);
    for (let channel = 0; channel < channels; channel += 1) {
      centred[channel] = (visual[channel] ?? 0) - (this.#mean[channel] ?? 0);
      left += (centred[channel] ?? 0) ** 2;
    }
    this.#variances.forEach((variance, axis) => {
      let along = 0;
      for (let channel = 0; channel < channels; channel += 1) {
        along += (this.#axes[axis * channels + channel] ?? 0) * (centred[channel] ?? 0);
      }
      sum += along ** 2 / variance;
      left -= along ** 2;
    });
    return Math.sqrt(sum + Math.max(0, left) / this.#rest);
  }

  /** Whether an eye is unlike those of training. */
  isUnlike(visual: Float32Array): boolean {
    return this.of(visual) > this.threshold;
  }
}
