import { type Head, HeadError } from '../../../core/heads/head.ts';
import type { PromptSet } from './prompt-set.ts';

/** What a head of prompts takes over from the model that encoded them. */
export interface PromptModel {
  /** Id of the bundle. */
  readonly id: string;
  readonly trained: boolean;
  /** Factor of the cosine at the prompts' level. */
  readonly logitScale: number;
  readonly intendedUse: string;
}

/** Features of texts, not normalised, of the prompt set's level. */
export type TextFeatures = ReadonlyMap<string, Float32Array>;

/** Below this length of the difference two sets of prompts are one to the model. */
const LEAST_DIFFERENCE = 1e-6;

function normalized(vector: Float64Array, what: string): Float64Array {
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) {
    throw new HeadError(
      `${what} has no direction in the model's space: its features are zero or not finite.`,
    );
  }
  return vector.map((value) => value / length);
}

/** The mean of the texts' directions, brought to length 1 again. Radford et al. 2021, section 3.1.4. */
function directionOf(texts: readonly string[], features: TextFeatures): Float64Array {
  const directions = texts.map((text) => {
    const feature = features.get(text);
    if (feature === undefined) throw new HeadError(`Prompt "${text}" was not encoded.`);
    return normalized(Float64Array.from(feature), `Prompt "${text}"`);
  });
  const sum = new Float64Array(directions[0]?.length ?? 0);
  for (const direction of directions) {
    direction.forEach((value, channel) => {
      sum[channel] = (sum[channel] ?? 0) + value;
    });
  }
  return normalized(sum, `The mean of the prompts ${texts.map((text) => `"${text}"`).join(', ')}`);
}

function labelsOf(set: PromptSet, features: TextFeatures, scale: number): Head['labels'] {
  const label = (name: string, direction: Float64Array, threshold = 0.5): Head['labels'][number] => ({
    name,
    weights: Array.from(direction, (value) => Math.fround(scale * value)),
    bias: 0,
    threshold,
    calibration: { kind: 'none' },
  });
  const ofClasses = Object.entries(set.classes ?? {}).map(([name, texts]) =>
    label(name, directionOf(texts, features)),
  );
  const ofLabels = Object.entries(set.labels ?? {}).map(([name, { positive, negative, threshold }]) => {
    const against = directionOf(negative, features);
    const difference = directionOf(positive, features).map(
      (value, channel) => value - (against[channel] ?? 0),
    );
    if (Math.hypot(...difference) < LEAST_DIFFERENCE) {
      throw new HeadError(
        `Label "${name}": the positive and the negative prompts are the same to this model, so it could never tell. Are their words in its vocabulary?`,
      );
    }
    return label(name, difference, threshold);
  });
  return [...ofClasses, ...ofLabels];
}

/**
 * Compiles prompts to a head over the mapped feature of their level. A label's score is the logit scale times the cosine
 * with its positive prompts less that with its negative ones, through a sigmoid: the softmax over the two. Of classes it
 * is the softmax over all.
 *
 * @param features of every text of the set
 * @throws HeadError if a text was not encoded, or prompts cannot be told apart
 */
export function compilePrompts(set: PromptSet, features: TextFeatures, model: PromptModel): Head {
  return {
    format: 1,
    name: set.name,
    feature: set.level,
    kind: set.classes === undefined ? 'multi-label' : 'multi-class',
    normalize: true,
    labels: labelsOf(set, features, model.logitScale),
    model: model.id,
    trained: model.trained,
    provenance: `Zero-shot, from ${features.size} text prompts; not fitted to labels and not calibrated.`,
    intendedUse: model.intendedUse,
  };
}
