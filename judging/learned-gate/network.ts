import { UNITS, WEIGHTS } from './weights.ts';

/** What the network answers, in the order of its outputs: each a share of certainty, 0 to 1. */
export const ANSWERS = [
  'fundus',
  'colour',
  'gradable',
  'focus',
  'dark',
  'bright',
  'covered',
  'haze',
  'macula',
] as const;
export type Answer = (typeof ANSWERS)[number];
export type Answers = Readonly<Record<Answer, number>>;

/** Standardized features beyond this count as this: one odd measurement decides nothing alone. */
export const FARTHEST = 6;

/** One hidden layer of rectified units, then a logistic answer for each output. Row by row. */
export interface Network {
  /** Of each feature: its mean, and the inverse of its deviation. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** [units, features] and [units]. */
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  /** [answers, units] and [answers]. */
  readonly output: Float32Array;
  readonly outputBias: Float32Array;
}

/** Reads a network: its parts one after the other, float32 in little-endian order, in Base64. */
export function readNetwork(text: string, units: number): Network {
  const bytes = Buffer.from(text, 'base64');
  const all = new Float32Array(bytes.length / 4);
  for (let place = 0; place < all.length; place += 1) all[place] = bytes.readFloatLE(place * 4);
  const features = (all.length - units - ANSWERS.length * (units + 1)) / (units + 2);
  if (!Number.isInteger(features)) throw new RangeError('The weights of the learned gate are cut.');
  let from = 0;
  const take = (length: number) => {
    from += length;
    return all.subarray(from - length, from);
  };
  return {
    mean: take(features),
    scale: take(features),
    hidden: take(units * features),
    hiddenBias: take(units),
    output: take(ANSWERS.length * units),
    outputBias: take(ANSWERS.length),
  };
}

const SHIPPED = readNetwork(WEIGHTS, UNITS);

/**
 * The network's answers to a photograph's features.
 *
 * @param features as `gateFeatures` measures them
 * @throws RangeError if they are another number than it was taught by
 */
export function answer(features: Float32Array, network: Network = SHIPPED): Answers {
  const { mean, scale, hidden, hiddenBias, output, outputBias } = network;
  const inputs = mean.length;
  if (features.length !== inputs)
    throw new RangeError(`The learned gate reads ${inputs} features instead of ${features.length}.`);
  const row = features.map((value, i) => {
    const standard = (value - (mean[i] ?? 0)) * (scale[i] ?? 0);
    return Math.max(-FARTHEST, Math.min(FARTHEST, standard));
  });
  const active = hiddenBias.map((bias, unit) => {
    let sum = bias;
    const from = unit * inputs;
    for (let i = 0; i < inputs; i += 1) sum += (hidden[from + i] ?? 0) * (row[i] ?? 0);
    return Math.max(0, sum);
  });
  const shares = ANSWERS.map((name, index) => {
    const from = index * active.length;
    const logit = active.reduce(
      (sum, value, unit) => sum + (output[from + unit] ?? 0) * value,
      outputBias[index] ?? 0,
    );
    return [name, 1 / (1 + Math.exp(-logit))] as const;
  });
  return Object.fromEntries(shares) as Record<Answer, number>;
}
