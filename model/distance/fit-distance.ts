import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { encodeFloats, type StoredDistance } from '../../core/features/feature-distance.ts';
import { CohortError } from '../errors.ts';

/** Axes with a variance of their own. */
const AXES = 32;

/**
 * Fits the distribution that {@link FeatureDistance} measures by.
 *
 * @param visual of training, float32 [eyes, channels]
 * @param axes with a variance of their own, fewer than channels
 * @throws CohortError of fewer than ten eyes for each axis
 */
export function fitDistance(
  visual: Float32Array,
  channels: number,
  axes = Math.min(AXES, channels - 1),
): Pick<StoredDistance, 'channels' | 'mean' | 'axes' | 'variances' | 'rest'> {
  const eyes = visual.length / channels;
  if (eyes < 10 * axes) {
    throw new CohortError(`A distance needs ${10 * axes} eyes of training and was given ${eyes}.`);
  }
  const mean = new Float64Array(channels);
  for (let at = 0; at < visual.length; at += 1) {
    mean[at % channels] = (mean[at % channels] ?? 0) + (visual[at] ?? 0) / eyes;
  }
  const covariance = new Float64Array(channels * channels);
  const row = new Float64Array(channels);
  for (let eye = 0; eye < eyes; eye += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      row[channel] = (visual[eye * channels + channel] ?? 0) - (mean[channel] ?? 0);
    }
    for (let a = 0; a < channels; a += 1) {
      const factor = (row[a] ?? 0) / (eyes - 1);
      for (let b = 0; b <= a; b += 1) {
        covariance[a * channels + b] = (covariance[a * channels + b] ?? 0) + factor * (row[b] ?? 0);
      }
    }
  }
  const symmetric = new Matrix(channels, channels);
  for (let a = 0; a < channels; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      symmetric.set(a, b, covariance[a * channels + b] ?? 0);
      symmetric.set(b, a, covariance[a * channels + b] ?? 0);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, {
    assumeSymmetric: true,
  });
  const order = [...realEigenvalues.keys()].sort(
    (a, b) => (realEigenvalues[b] ?? 0) - (realEigenvalues[a] ?? 0),
  );
  const own = order.slice(0, axes);
  const others = order.slice(axes).map((index) => Math.max(0, realEigenvalues[index] ?? 0));
  const rest = others.reduce((sum, variance) => sum + variance, 0) / others.length;
  const least = Math.max(...realEigenvalues) * 1e-9;
  return {
    channels,
    mean: encodeFloats(mean),
    axes: encodeFloats(own.flatMap((index) => eigenvectorMatrix.getColumn(index))),
    variances: own.map((index) => Math.max(least, realEigenvalues[index] ?? 0)),
    rest: Math.max(least, rest),
  };
}
