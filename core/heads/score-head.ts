import { type ExamFeatures, pairOf } from '../exams/exam-features.ts';
import { scoredField } from '../exams/field.ts';
import type { FindingLevel, ScoredFinding } from '../exams/finding.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import { measuredRule } from '../exams/measured-rule.ts';
import type { Head } from './head.ts';
import { probabilitiesOf } from './probabilities.ts';
import { readSeveral, type ScoredImage } from './several-images.ts';

/**
 * What a head finds, with the threshold that it suggests. Its caller says whether that is reached, and in which image
 * where there was no choice.
 */
export type HeadFinding = Omit<ScoredFinding, 'image'> & {
  /** Key of the image that says it most, where several images of the eye were read. */
  readonly image?: string;
};

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
   * patient. An eye without features has none. Of an eye with several images `visual` is read in each; everything else is
   * made of the primary images.
   *
   * @returns one finding for each label and level
   */
  score(features: ExamFeatures): HeadFinding[] {
    const { left, right } = features;
    if (left === null && right === null) return [];
    switch (this.head.feature) {
      case 'visual':
        return LATERALITIES.flatMap((eye) => this.#readEye(eye, features));
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

  #readEye(eye: Laterality, { [eye]: primary, images = [] }: ExamFeatures): HeadFinding[] {
    if (primary === null) return [];
    const read = images.filter(({ laterality, field }) => laterality === eye && scoredField(field) !== null);
    if (read.length <= 1) return this.#read(eye, primary.visual);
    return this.#readSeveral(
      eye,
      read.map(({ image, field, visual }) => ({
        ...{ image, field: scoredField(field) ?? 'macula', scores: this.scores(visual) },
      })),
    );
  }

  #readSeveral(level: Laterality, images: readonly ScoredImage[]): HeadFinding[] {
    const { name: head, labels, measuredRules = [] } = this.head;
    const fields = new Set(images.map(({ field }) => field)).size;
    const calibrated = measuredRules.includes(measuredRule(fields)) ? {} : { calibrated: false as const };
    return readSeveral(this.head, images).map(({ probability, image, alone }, index) => ({
      level,
      image,
      head,
      label: labels[index]?.name ?? '',
      probability,
      threshold: labels[index]?.threshold ?? 1,
      ...calibrated,
      ...(alone.length === 0 ? {} : { alone: [...alone] }),
    }));
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
