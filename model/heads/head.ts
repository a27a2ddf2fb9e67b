import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HeadError } from '../errors.ts';

/** What a head can read: each eye's `visual`, both concatenated, or a mapped feature. */
export const HEAD_FEATURES = ['visual', 'pair', 'left', 'right', 'patient'] as const;
export type HeadFeature = (typeof HEAD_FEATURES)[number];

/** How a score becomes a probability that means what it says. */
export const calibrationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }).strict(),
  /** sigmoid(slope · score + intercept). Platt 1999. */
  z.object({ kind: z.literal('platt'), slope: z.number().positive(), intercept: z.number() }).strict(),
  /** Interpolated between points; scores and probabilities rise. Zadrozny and Elkan 2002. */
  z
    .object({
      kind: z.literal('isotonic'),
      scores: z.array(z.number()).min(1),
      probabilities: z.array(z.number().min(0).max(1)).min(1),
    })
    .strict(),
]);
export type Calibration = Readonly<z.infer<typeof calibrationSchema>>;

const labelSchema = z
  .object({
    name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    weights: z.array(z.number()).min(1),
    bias: z.number(),
    /** Probability from which on a finding is positive. */
    threshold: z.number().min(0).max(1),
    calibration: calibrationSchema,
  })
  .strict();

/** A named linear read-out of one feature. A zero-shot prompt set compiles to one too. */
export const headSchema = z
  .object({
    format: z.literal(1),
    name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/),
    feature: z.enum(HEAD_FEATURES),
    /** `multi-label`: each label for itself, by sigmoid. `multi-class`: exactly one of them, by softmax. */
    kind: z.enum(['multi-label', 'multi-class']),
    /** Whether the feature is brought to length 1 first, as a cosine wants it. */
    normalize: z.boolean(),
    labels: z.array(labelSchema).min(1),
    trained: z.boolean(),
    provenance: z.string(),
    intendedUse: z.string(),
  })
  .strict();

export type Head = Readonly<z.infer<typeof headSchema>>;

/** @returns what is wrong with a head beyond its schema, or `null` */
function objection(head: Head): string | null {
  const [first, ...rest] = head.labels;
  const dimensions = first?.weights.length;
  const other = rest.find((label) => label.weights.length !== dimensions);
  if (other !== undefined)
    return `label "${other.name}" has ${other.weights.length} weights instead of ${dimensions}`;
  if (new Set(head.labels.map((label) => label.name)).size < head.labels.length) return 'a label comes twice';
  for (const { name, calibration } of head.labels) {
    if (calibration.kind !== 'isotonic') continue;
    const { scores, probabilities } = calibration;
    const rises = (values: readonly number[]): boolean =>
      values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value));
    if (scores.length !== probabilities.length || !rises(scores) || !rises(probabilities)) {
      return `the calibration of label "${name}" does not rise`;
    }
  }
  return null;
}

/**
 * Reads a head.
 *
 * @param source its file, for messages
 * @throws HeadError naming the label or field at fault
 */
export function parseHead(text: string, source: string): Head {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new HeadError(`"${source}" is not JSON.`);
  }
  const parsed = headSchema.safeParse(content);
  if (!parsed.success) throw new HeadError(`"${source}" is no head: ${z.prettifyError(parsed.error)}`);
  const problem = objection(parsed.data);
  if (problem !== null) throw new HeadError(`Head "${source}" is not sound: ${problem}.`);
  return parsed.data;
}

/** Names a head by its content: 32 hexadecimal digits. */
export function headId(head: Head): string {
  return createHash('sha256')
    .update(JSON.stringify(headSchema.parse(head)))
    .digest('hex')
    .slice(0, 32);
}

/**
 * Channels that a feature has in a model.
 *
 * @param embedding channels of the joint space
 */
export function featureDimensions(feature: HeadFeature, embedding: number): number {
  return feature === 'pair' ? 2 * embedding : embedding;
}

/** @throws HeadError if the head was made for a model of another geometry */
export function refuseForeignHead(head: Head, embedding: number): void {
  const expected = featureDimensions(head.feature, embedding);
  const received = head.labels[0]?.weights.length;
  if (received !== expected) {
    throw new HeadError(
      `Head "${head.name}" reads ${received} channels of "${head.feature}", but this model has ${expected}. Fit it again on this model's features.`,
    );
  }
}
