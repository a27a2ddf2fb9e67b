import type { Calibration, Head } from './head.ts';

/** The probability whose logit is this. @example sigmoid(0) // 0.5 */
export function sigmoid(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** Probability between the two points around a score; outside all points, that of the nearest. */
function interpolate(scores: readonly number[], probabilities: readonly number[], score: number): number {
  const after = scores.findIndex((point) => point >= score);
  if (after === -1) return probabilities.at(-1) ?? 0;
  if (after === 0) return probabilities[0] ?? 0;
  const [low = 0, high = 0] = [scores[after - 1], scores[after]];
  const [from = 0, to = 0] = [probabilities[after - 1], probabilities[after]];
  return from + ((to - from) * (score - low)) / (high - low);
}

/** Turns a score into a calibrated probability. @example calibrate({ kind: 'none' }, 0) // 0.5 */
export function calibrate(calibration: Calibration, score: number): number {
  switch (calibration.kind) {
    case 'none':
      return sigmoid(score);
    case 'platt':
      return sigmoid(calibration.slope * score + calibration.intercept);
    case 'isotonic':
      return interpolate(calibration.scores, calibration.probabilities, score);
  }
}

function softmax(scores: readonly number[]): number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/**
 * Probabilities of single grades, from the cumulative ones of an ordinal head.
 *
 * @param reached probabilities of each grade or a higher one, beginning above the lowest grade
 * @returns one for each grade, the lowest first; they sum to 1
 */
export function gradeProbabilities(reached: readonly number[]): number[] {
  return [1, ...reached].map((probability, grade) => probability - (reached[grade] ?? 0));
}

/** The parts of a head that turn its scores into probabilities. */
export interface Readout {
  readonly kind: Head['kind'];
  readonly labels: readonly { readonly calibration: Calibration }[];
}

/** Each class's score by itself: the logit of its share, exact where the share is nearly 0 or 1. */
export function shareLogits(scores: readonly number[]): number[] {
  return scores.map((score, index) => {
    const others = scores.toSpliced(index, 1);
    const largest = Math.max(...others);
    return score - largest - Math.log(others.reduce((sum, other) => sum + Math.exp(other - largest), 0));
  });
}

/** Calibrated probabilities of scores, label by label. */
export function probabilitiesOf({ kind, labels }: Readout, scores: readonly number[]): number[] {
  if (kind === 'multi-class') {
    const logits = shareLogits(scores);
    return softmax(scores).map((share, index) => {
      const calibration = labels[index]?.calibration ?? { kind: 'none' };
      return calibration.kind === 'none' ? share : calibrate(calibration, logits[index] ?? 0);
    });
  }
  let highest = 1;
  return labels.map(({ calibration }, index) => {
    const probability = calibrate(calibration, scores[index] ?? 0);
    highest = Math.min(highest, probability);
    return kind === 'ordinal' ? highest : probability;
  });
}
