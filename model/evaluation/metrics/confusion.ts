import type { Multiplicities } from './ranked-scores.ts';

/** Cases by what they have and what was found. */
export interface Confusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** @param threshold probability from which on a finding is positive, itself included */
export function confusionAt(
  labels: ArrayLike<number | boolean>,
  probabilities: ArrayLike<number>,
  threshold: number,
  times?: Multiplicities,
): Confusion {
  let [truePositives, falsePositives, trueNegatives, falseNegatives] = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const count = times === undefined ? 1 : (times[row] as number);
    const found = (probabilities[row] as number) >= threshold;
    if (labels[row]) {
      if (found) truePositives += count;
      else falseNegatives += count;
    } else if (found) falsePositives += count;
    else trueNegatives += count;
  }
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Share of cases with the label that were found; NaN without such cases. */
export const sensitivity = (counts: Confusion): number =>
  counts.truePositives / (counts.truePositives + counts.falseNegatives);

/** Share of cases without the label that were passed; NaN without such cases. */
export const specificity = (counts: Confusion): number =>
  counts.trueNegatives / (counts.trueNegatives + counts.falsePositives);

/** Positive predictive value, at this cohort's prevalence; NaN if nothing was found. */
export const positivePredictiveValue = (counts: Confusion): number =>
  counts.truePositives / (counts.truePositives + counts.falsePositives);

/** Negative predictive value, at this cohort's prevalence; NaN if nothing was passed. */
export const negativePredictiveValue = (counts: Confusion): number =>
  counts.trueNegatives / (counts.trueNegatives + counts.falseNegatives);

/** Harmonic mean of sensitivity and positive predictive value; NaN if there is nothing to find and nothing found. */
export const f1 = (counts: Confusion): number =>
  (2 * counts.truePositives) / (2 * counts.truePositives + counts.falsePositives + counts.falseNegatives);
