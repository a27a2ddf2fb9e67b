import { RankedScores } from '../../../evaluation/metrics/index.ts';

/** What a threshold is set for. */
export type ThresholdAim =
  | { readonly kind: 'sensitivity' | 'specificity'; readonly least: number }
  /** The highest sum of sensitivity and specificity. Youden 1950. */
  | { readonly kind: 'youden' };

/** A threshold and what it gives. */
export interface Threshold {
  readonly threshold: number;
  readonly sensitivity: number;
  readonly specificity: number;
}

/** Beside rounding, which may not turn 0.9 of 10 into 8. */
const ROUNDING = 1e-9;

/**
 * Sets a threshold on held-out probabilities: for a sensitivity the highest that reaches it, for a specificity the
 * lowest. It lies between two probabilities that came up, so that rounding changes nothing.
 *
 * @param labels 1 or 0, of both some
 */
export function thresholdFor(
  aim: ThresholdAim,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): Threshold {
  const ranked = new RankedScores(labels, probabilities);
  const { positives, negatives, thresholds } = ranked;
  // The first: nothing is positive.
  const points: Threshold[] = [{ threshold: 1, sensitivity: 0, specificity: 1 }];
  ranked.descend(undefined, (found, wrong) => {
    const group = points.length - 1;
    const here = thresholds[group] as number;
    const below = thresholds[group + 1] ?? here;
    points.push({
      threshold: (here + below) / 2,
      sensitivity: found / positives,
      specificity: 1 - wrong / negatives,
    });
  });
  const nothing = points[0] as Threshold;
  const highest = thresholds[0] as number;
  // A probability of 1 would reach any threshold.
  if (highest < 1) points[0] = { ...nothing, threshold: (1 + highest) / 2 };
  else points.shift();
  const last = points.at(-1) as Threshold;
  switch (aim.kind) {
    case 'sensitivity':
      return points.find(({ sensitivity }) => sensitivity >= aim.least - ROUNDING) ?? last;
    case 'specificity':
      return (
        points.findLast(({ specificity }) => specificity >= aim.least - ROUNDING) ?? (points[0] as Threshold)
      );
    case 'youden':
      return points.reduce((best, point) =>
        point.sensitivity + point.specificity > best.sensitivity + best.specificity + ROUNDING ? point : best,
      );
  }
}
