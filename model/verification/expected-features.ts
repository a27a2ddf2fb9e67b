import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Precision } from '../../core/activation/precisions.ts';
import type { ExamFeatures } from '../../core/exams/exam-features.ts';
import type { Head } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { embed } from '../embed/embed.ts';
import { BundleError } from '../errors.ts';
import { cosine } from '../reference/cosine.ts';

const vectors = z.array(z.array(z.number()));
const IMAGE_FEATURES = ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const;
const TEXT_LEVELS = ['left', 'right', 'patient'] as const;

/**
 * What the implementation that a checkpoint was trained with computes of it, not normalised: image features of pairs,
 * token ids and features of texts. Either part may be empty.
 */
const expectedSchema = z.object({
  /** Whether the images are of the model's own size and without loss, so that decoder and resizer make no difference. */
  exact_images: z.boolean().default(false),
  left_images: z.array(z.string()).default([]),
  right_images: z.array(z.string()).default([]),
  ...Object.fromEntries(IMAGE_FEATURES.map((name) => [name, vectors.default([])])),
  texts: z.array(z.string()).default([]),
  context_length: z.number().int().positive().optional(),
  tokens: vectors.default([]),
  ...Object.fromEntries(TEXT_LEVELS.map((level) => [`text_${level}`, vectors.default([])])),
});
type Vectors = readonly (readonly number[])[];

/** Least cosine of image features: photographs pass through another decoder and resizer than the reference's. */
const LEAST_IMAGE_COSINE = 0.9999;
const LEAST_EXACT_COSINE = 0.99999;
const LEAST_TEXT_COSINE = 0.99999;

/** Largest shift of a probability between a bundle's features and those expected: that of another decoder and resizer. */
const LARGEST_SHIFT = 0.02;

/** What heads find of a bundle's features and of those that are expected. */
export interface ExpectedFindings {
  readonly findings: number;
  /** Findings on the other side of their threshold. */
  readonly changed: number;
  /** Of a probability. */
  readonly largestShift: number;
  readonly required: number;
}

/** The smallest cosine of one feature over all pairs or texts. */
export interface ExpectedComparison {
  readonly feature: string;
  readonly cosine: number;
  readonly required: number;
}

/** @throws BundleError if lists that belong together have not one length */
function refuseLength(path: string, name: string, found: readonly unknown[], length: number): void {
  if (found.length === length) return;
  throw new BundleError(`"${path}" has ${found.length} entries in "${name}" where ${length} are needed.`);
}

/** Features of one pair as heads read them. */
function examOf(vectors: (name: (typeof IMAGE_FEATURES)[number]) => readonly number[] | null): ExamFeatures {
  const vector = (name: (typeof IMAGE_FEATURES)[number]) => Float32Array.from(vectors(name) ?? []);
  return {
    left: { visual: vector('left_visual'), mapped: vector('left') },
    right: { visual: vector('right_visual'), mapped: vector('right') },
    patient: vector('patient'),
  };
}

/** Adds up how findings differ. */
class FindingsTally {
  readonly #scorers: readonly HeadScorer[];
  findings = 0;
  changed = 0;
  largestShift = 0;

  constructor(heads: readonly Head[]) {
    this.#scorers = heads.map((head) => new HeadScorer(head));
  }

  add(found: ExamFeatures, expected: ExamFeatures): void {
    for (const scorer of this.#scorers) {
      const thresholds = new Map(scorer.head.labels.map(({ name, threshold }) => [name, threshold]));
      const wanted = scorer.score(expected);
      scorer.score(found).forEach(({ label, probability }, index) => {
        const other = wanted[index]?.probability ?? Number.NaN;
        const threshold = thresholds.get(label) ?? Number.NaN;
        this.findings += 1;
        this.largestShift = Math.max(this.largestShift, Math.abs(other - probability));
        if (probability >= threshold !== other >= threshold) this.changed += 1;
      });
    }
  }

  result(): ExpectedFindings | null {
    const { findings, changed, largestShift } = this;
    return findings === 0 ? null : { findings, changed, largestShift, required: LARGEST_SHIFT };
  }
}

/** What a bundle computes beside what is expected of it. */
export interface ExpectedFidelity {
  readonly features: readonly ExpectedComparison[];
  /** `null` where there are no heads, or no photographs. */
  readonly findings: ExpectedFindings | null;
}

function refuseOthers(bundle: Bundle, path: string, { features, findings }: ExpectedFidelity): void {
  const ways =
    'Was the checkpoint imported with another number of attention heads (--vision-heads, --text-heads), another activation, or an older vocabulary? Do not screen with it.';
  const failed = features.find(({ cosine: reached, required }) => !(reached >= required));
  if (failed !== undefined) {
    throw new BundleError(
      `"${failed.feature}" of bundle "${bundle.directory}" reaches a cosine of ${failed.cosine.toFixed(6)} with what "${path}" expects; ${failed.required} is required. ${ways}`,
    );
  }
  if (findings !== null && !(findings.largestShift <= findings.required)) {
    throw new BundleError(
      `Findings of bundle "${bundle.directory}" shift by up to ${findings.largestShift.toFixed(3)} of a probability from those of the features that "${path}" expects; at most ${findings.required} is allowed. ${ways}`,
    );
  }
}

export interface CompareExpectedOptions {
  /** Heads whose findings are compared; the bundle's own unless told. */
  readonly heads?: readonly Head[];
  /** fp32 unless told. */
  readonly precision?: Precision;
}

/**
 * Compares what a bundle computes in fp32 with what its checkpoint's own implementation computes: features, and what heads find
 * of them. Only this sees a wrong number of attention heads or another activation: a bundle's stored reference features were
 * computed under the same assumptions. `expected_features.py` beside this file makes the numbers.
 *
 * @param path JSON with `left_images`, `right_images`, `left_visual`, `right_visual`, `left`, `right`, `patient`, `texts`,
 *   `context_length`, `tokens`, `text_left`, `text_right`, `text_patient`; lists of the same pairs, or of the same texts
 * @param folder where the images lie that it names
 * @throws BundleError naming the feature that is another one, with the figure, or the field at fault
 */
export async function compareExpected(
  bundle: Bundle,
  path: string,
  folder: string,
  { heads = bundle.heads, precision = 'fp32' }: CompareExpectedOptions = {},
): Promise<ExpectedFidelity> {
  const content: unknown = JSON.parse(await readFile(path, 'utf8').catch(() => 'null'));
  const parsed = expectedSchema.safeParse(content);
  if (!parsed.success) {
    throw new BundleError(`"${path}" holds no expected features: ${z.prettifyError(parsed.error)}`);
  }
  const expected = parsed.data;
  const listed = expected as unknown as Readonly<Record<string, Vectors>>;
  refuseLength(path, 'right_images', expected.right_images, expected.left_images.length);
  const least = new Map<string, number>();
  const note = (feature: string, found: readonly number[] | null, wanted: readonly number[]): void => {
    least.set(feature, Math.min(least.get(feature) ?? 1, cosine(found ?? [], wanted)));
  };
  const tally = new FindingsTally(heads);
  for (const name of IMAGE_FEATURES)
    refuseLength(path, name, listed[name] ?? [], expected.left_images.length);
  for (const [index, left] of expected.left_images.entries()) {
    const read = (name: string) => readFile(join(folder, name));
    const eyes = { left: await read(left), right: await read(expected.right_images[index] ?? '') };
    const found = await embed(bundle, { ...eyes, texts: [], precision });
    for (const name of IMAGE_FEATURES) note(name, found[name], listed[name]?.[index] ?? []);
    tally.add(
      examOf((name) => found[name]),
      examOf((name) => listed[name]?.[index] ?? null),
    );
  }
  const { texts, context_length: contextLength } = expected;
  if (texts.length > 0) {
    refuseLength(path, 'tokens', expected.tokens, texts.length);
    const found = await embed(bundle, { left: null, right: null, texts, contextLength, precision });
    for (const [index, text] of found.texts.entries()) {
      if (text.tokens.join() !== expected.tokens[index]?.join()) {
        throw new BundleError(
          `Text ${index + 1} of "${path}" has other token ids in bundle "${bundle.directory}": the vocabulary is not the one that its model was trained with.`,
        );
      }
      for (const level of TEXT_LEVELS)
        note(`text ${level}`, text[level], listed[`text_${level}`]?.[index] ?? []);
    }
  }
  const comparisons = [...least].map(([feature, reached]) => ({
    feature,
    cosine: reached,
    required: feature.startsWith('text')
      ? LEAST_TEXT_COSINE
      : expected.exact_images
        ? LEAST_EXACT_COSINE
        : LEAST_IMAGE_COSINE,
  }));
  if (comparisons.length === 0) throw new BundleError(`"${path}" names neither images nor texts.`);
  const fidelity = { features: comparisons, findings: tally.result() };
  refuseOthers(bundle, path, fidelity);
  return fidelity;
}
