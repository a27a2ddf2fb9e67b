import { type ExamFeatures, pairOf } from '../exams/exam-features.ts';
import type { FindingLevel, ScoredFinding } from '../exams/finding.ts';
import type { Calibration, Head } from './head.ts';

function sigmoid(score: number): number {
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

/** What a head finds, with the threshold that it suggests. Its caller says whether that is reached, and in which image. */
export type HeadFinding = Omit<ScoredFinding, 'image'>;

/** A head with its weights ready for use. */
export class HeadScorer {
  readonly head: Head;
  readonly #weights: readonly Float32Array[];

  constructor(head: Head) {
    this.head = head;
    this.#weights = head.labels.map((label) => Float32Array.from(label.weights));
  }

  /**
   * Scores an exam. A head of `visual` has findings for each eye, one of `left` or `right` for that eye, any other for the
   * patient. An eye without features has none.
   *
   * @returns one finding for each label and level
   */
  score(features: ExamFeatures): HeadFinding[] {
    const { left, right } = features;
    if (left === null && right === null) return [];
    switch (this.head.feature) {
      case 'visual':
        return [
          ...(left === null ? [] : this.#read('left', left.visual)),
          ...(right === null ? [] : this.#read('right', right.visual)),
        ];
      case 'left':
        return left === null ? [] : this.#read('left', left.mapped);
      case 'right':
        return right === null ? [] : this.#read('right', right.mapped);
      case 'pair':
        return this.#read('patient', pairOf(features));
      case 'patient':
        return this.#read('patient', features.patient);
    }
  }

  #read(level: FindingLevel, feature: Float32Array): HeadFinding[] {
    const { name, labels } = this.head;
    const probabilities = this.probabilities(feature);
    return labels.map((label, index) => {
      const probability = probabilities[index] ?? 0;
      return { level, head: name, label: label.name, probability, threshold: label.threshold };
    });
  }

  /**
   * Reads one vector of the head's feature.
   *
   * @returns calibrated probabilities of the labels, in their order. An ordinal head's never rise from one to the next.
   */
  probabilities(feature: Float32Array): number[] {
    return probabilitiesOf(this.head, this.scores(feature));
  }

  /** Weights times feature plus bias, for each label: before calibration, sigmoid and softmax. */
  scores(feature: Float32Array): number[] {
    let length = 1;
    if (this.head.normalize) {
      let sum = 0;
      for (const value of feature) sum += value * value;
      length = Math.sqrt(sum) || 1;
    }
    return this.#weights.map((weights, index) => {
      let sum = 0;
      for (let channel = 0; channel < weights.length; channel += 1) {
        sum += (weights[channel] ?? 0) * (feature[channel] ?? 0);
      }
      return sum / length + (this.head.labels[index]?.bias ?? 0);
    });
  }
}
