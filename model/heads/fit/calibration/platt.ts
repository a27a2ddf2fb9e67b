import type { Calibration } from '../../../../core/heads/head.ts';

const STEPS = 100;
/** A calibration must rise: scores that say nothing get this slope. */
const LEAST_SLOPE = 1e-6;

/**
 * Fits sigmoid(slope · score + intercept) to labels, with targets drawn in from 0 and 1 by the number of cases.
 *
 * @param labels 1 or 0
 * @see Platt 1999; Lin, Lin and Weng 2007 for the guarded Newton steps
 */
export function plattCalibration(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Extract<Calibration, { kind: 'platt' }> {
  let positives = 0;
  for (let index = 0; index < labels.length; index += 1) positives += labels[index] as number;
  const negatives = labels.length - positives;
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const lossAt = (slope: number, intercept: number): number => {
    let sum = 0;
    for (let index = 0; index < labels.length; index += 1) {
      const score = slope * (scores[index] as number) + intercept;
      const target = labels[index] === 1 ? high : low;
      sum += Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - target * score;
    }
    return sum;
  };
  let [slope, intercept] = [0, Math.log((positives + 1) / (negatives + 1))];
  let loss = lossAt(slope, intercept);
  for (let step = 0; step < STEPS; step += 1) {
    let [g1, g2, h11, h12, h22] = [0, 0, 1e-12, 0, 1e-12];
    for (let index = 0; index < labels.length; index += 1) {
      const score = scores[index] as number;
      const probability = 1 / (1 + Math.exp(-(slope * score + intercept)));
      const residual = probability - (labels[index] === 1 ? high : low);
      const curvature = probability * (1 - probability);
      g1 += residual * score;
      g2 += residual;
      h11 += curvature * score * score;
      h12 += curvature * score;
      h22 += curvature;
    }
    const determinant = h11 * h22 - h12 * h12;
    const [d1, d2] = [-(h22 * g1 - h12 * g2) / determinant, -(h11 * g2 - h12 * g1) / determinant];
    const expected = g1 * d1 + g2 * d2;
    if (!(-expected > 1e-12 * (1 + Math.abs(loss)))) break;
    let length = 1;
    while (
      length > 1e-10 &&
      lossAt(slope + length * d1, intercept + length * d2) > loss + 1e-4 * length * expected
    ) {
      length /= 2;
    }
    slope += length * d1;
    intercept += length * d2;
    loss = lossAt(slope, intercept);
  }
  if (slope > LEAST_SLOPE) return { kind: 'platt', slope, intercept };
  return { kind: 'platt', slope: LEAST_SLOPE, intercept: Math.log((positives + 1) / (negatives + 1)) };
}
