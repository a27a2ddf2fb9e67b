import { createHash } from 'node:crypto';
import { z } from 'zod';
import { PRECISIONS } from '../activation/precisions.ts';
import { CoreError } from '../errors.ts';

/** A head does not fit the model, or is malformed. */
export class HeadError extends CoreError {}

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

const labelName = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

const labelSchema = z
  .object({
    name: labelName,
    weights: z.array(z.number()).min(1),
    bias: z.number(),
    /** A finding is positive at this probability and above. */
    threshold: z.number().min(0).max(1),
    calibration: calibrationSchema,
  })
  .strict();

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/** What a head was fitted to, and how well it does on exams that it was not fitted to. */
export const fitStatisticsSchema = z
  .object({
    /** Exams, or eyes where the head reads single eyes. */
    units: count,
    /** Patients, or groups where the labels name groups. */
    groups: count,
    folds: count,
    seed: z.string(),
    calibration: z.enum(['platt', 'isotonic', 'none']),
    /** The aim by which every threshold was chosen: `sensitivity 0.9`. */
    threshold: z.string(),
    labels: z.record(
      z.string(),
      z
        .object({
          known: count,
          positive: count,
          /** Share of positives among those known. Predictive values depend on it. */
          prevalence: share,
          /** Strength of the penalty: the loss is the sum over units plus strength / 2 · |weights|², on standardised features. */
          penalty: z.number().nonnegative(),
          /** Area under the ROC curve over all folds' held-out units. */
          auroc: share,
          /** At the threshold, on held-out units. */
          sensitivity: share,
          specificity: share,
        })
        .strict(),
    ),
  })
  .strict();
export type FitStatistics = Readonly<z.infer<typeof fitStatisticsSchema>>;

/** A named linear read-out of one feature. A zero-shot prompt set compiles to one too. */
export const headSchema = z
  .object({
    format: z.literal(1),
    name: labelName,
    feature: z.enum(HEAD_FEATURES),
    /**
     * `multi-label`: each label by itself, by sigmoid. `multi-class`: exactly one of them, by softmax. `ordinal`: rising
     * grades, where a label's probability is that of this grade or a higher one; the lowest grade has no label.
     */
    kind: z.enum(['multi-label', 'multi-class', 'ordinal']),
    /** Whether the feature is scaled to length 1 first, as for a cosine. */
    normalize: z.boolean(),
    labels: z.array(labelSchema).min(1),
    /** Name of the grade below the first label, for `ordinal` only. */
    lowest: labelName.optional(),
    /** Id of the bundle whose features it reads; without it, any bundle of the right geometry. */
    model: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    /** Precision of the features that it was fitted on. Former releases and prompt sets do not name it. */
    precision: z.enum(PRECISIONS).optional(),
    /**
     * Rules for several images of an eye under which its thresholds and calibration were measured, as `measuredRule` names
     * them. By any other rule its findings say that they are not calibrated.
     */
    measuredRules: z.array(z.string().min(1)).optional(),
    trained: z.boolean(),
    provenance: z.string(),
    intendedUse: z.string(),
    /** Only a fitted head has them. They are not part of its id, because scoring does not use them. */
    statistics: fitStatisticsSchema.optional(),
  })
  .strict();

export type Head = Readonly<z.infer<typeof headSchema>>;

/** @returns what is wrong with a head that its schema cannot say, or `null` */
function objection(head: Head): string | null {
  const [first, ...rest] = head.labels;
  const dimensions = first?.weights.length;
  const other = rest.find((label) => label.weights.length !== dimensions);
  if (other !== undefined)
    return `label "${other.name}" has ${other.weights.length} weights instead of ${dimensions}`;
  if (new Set(head.labels.map((label) => label.name)).size < head.labels.length) return 'a label comes twice';
  if ((head.lowest !== undefined) !== (head.kind === 'ordinal'))
    return head.kind === 'ordinal'
      ? 'it does not name its lowest grade'
      : `"lowest" belongs to ordinal heads`;
  if (head.labels.some((label) => label.name === head.lowest)) return 'its lowest grade is a label as well';
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

/** The id of a head: a hash of its content without its statistics, 32 hexadecimal digits. */
export function headId(head: Head): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...headSchema.parse(head), statistics: undefined }))
    .digest('hex')
    .slice(0, 32);
}

/**
 * How many channels a feature has in a model.
 *
 * @param embedding channels of the joint space
 */
export function featureDimensions(feature: HeadFeature, embedding: number): number {
  return feature === 'pair' ? 2 * embedding : embedding;
}

/**
 * @param model id of the bundle, if it is known
 * @throws HeadError if the head was made for another model, or one of another geometry
 */
export function refuseForeignHead(head: Head, embedding: number, model?: string): void {
  const expected = featureDimensions(head.feature, embedding);
  const received = head.labels[0]?.weights.length;
  if (received !== expected) {
    throw new HeadError(
      `Head "${head.name}" reads ${received} channels of "${head.feature}", but this model has ${expected}. Fit it again on this model's features.`,
    );
  }
  if (model !== undefined && head.model !== undefined && head.model !== model) {
    throw new HeadError(
      `Head "${head.name}" was made for the features of model ${head.model.slice(0, 12)}…, but this one is ${model.slice(0, 12)}…. Fit it again on this model's features.`,
    );
  }
}
