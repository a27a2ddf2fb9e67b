import type { FindingLevel } from '../../core/exams/finding.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { Head } from '../../core/heads/head.ts';

/**
 * How a label's score sums the `visual` of one eye, where it does so directly: by its weights, of `pair` by the half that is the
 * eye's.
 *
 * @returns `null` of a head that reads features behind the mappings, or scales them first
 */
export function eyeWeights(
  { feature, normalize }: Pick<Head, 'feature' | 'normalize'>,
  { weights }: { readonly weights: readonly number[] },
  eye: Laterality,
): Float32Array | null {
  if (normalize || (feature !== 'visual' && feature !== 'pair')) return null;
  if (feature === 'visual') return Float32Array.from(weights);
  const half = weights.length / 2;
  return Float32Array.from(eye === 'left' ? weights.slice(0, half) : weights.slice(half));
}

/** Whose findings a head of this feature makes, of one eye's image. */
export function levelOf({ feature }: Pick<Head, 'feature'>, eye: Laterality): FindingLevel {
  return feature === 'visual' ? eye : 'patient';
}
