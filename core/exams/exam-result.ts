import { createHash } from 'node:crypto';
import { z } from 'zod';
import { headReferenceSchema } from '../activation/active-model.ts';
import { fieldSchema, seenFieldSchema } from './field.ts';
import { findingSchema, scoredFindingSchema } from './finding.ts';
import { imageVersionSchema } from './image-version.ts';
import { lateralityCheckSchema } from './laterality-check.ts';
import { outcomeSchema } from './outcome.ts';
import { outcomeReasonSchema } from './outcome-reason.ts';
import { qualitySchema } from './quality.ts';

/** What was found of one image before any label. */
export const imageResultSchema = z.object({
  /** Its key. */
  image: z.string().min(1),
  /** Of the file; said where an eye has several images. */
  sha256: z.string().optional(),
  /** What it counts as; `null`, which counts as the macula, where it was neither named nor seen. */
  field: fieldSchema.nullable(),
  /** Whether its sender named the field, or it was seen; absent where neither, and from results of former releases. */
  fieldFrom: z.enum(['named', 'seen']).optional(),
  /** What the image shows by itself; absent where that is not sure. */
  fieldSeen: seenFieldSchema.optional(),
  quality: qualitySchema,
  /** Left out where none was made: the image is ungradable, or the model bundle has no detector. */
  laterality: lateralityCheckSchema.optional(),
  /** Which camera took it, as its header says. */
  device: z.string().optional(),
  /** Its features lie further from those that the model was trained on than nearly all of the kind. Absent otherwise. */
  unlikeTraining: z.literal(true).optional(),
});
export type ImageResult = Readonly<z.infer<typeof imageResultSchema>>;

/** What was found of one eye before any label. */
export const eyeResultSchema = z.object({
  /** The primary image: the one that the patient's features are made of. */
  image: imageVersionSchema,
  quality: qualitySchema,
  laterality: lateralityCheckSchema.optional(),
  /** Every image of the eye, the primary one first. */
  images: z.array(imageResultSchema).min(1),
});
export type EyeResult = Readonly<z.infer<typeof eyeResultSchema>>;

/** Where an exam's feature vectors lie: a safetensors shard and the row in it. */
export const featuresReferenceSchema = z.object({
  shard: z.string().min(1),
  row: z.number().int().nonnegative(),
});
export type FeaturesReference = Readonly<z.infer<typeof featuresReferenceSchema>>;

/** Remarks on a result that a reader must see. */
export const RESULT_FLAGS = [
  'research-use-only',
  'untrained-model',
  /** The model has no head that could decide: only features were computed. */
  'features-only',
  /** The numbers are of a precision whose findings were not shown to be those of fp32. */
  'unverified-precision',
  'left-eye-missing',
  'right-eye-missing',
  'image-replaced',
  'image-withdrawn',
  /** Two images of an eye arrived in one moment, and the store cannot tell which is the newer. */
  'newest-image-uncertain',
  'laterality-suspect',
  /** An image was named as of the macula and shows the disc in its middle, or the other way round. */
  'field-doubtful',
  /** The features of an image lie further from those of training than the bundle's limit. */
  'unlike-training',
  /** An image alone passes a threshold that its eye as a whole does not. */
  'images-disagree',
  'identity-doubt',
  /** The program's policy has thresholds for another head of the same name: the head's own were used. */
  'policy-thresholds-not-applied',
] as const;

/** What a worker made of one request: everything that the program's policy does not decide. */
export const screeningOutputSchema = z.object({
  requestId: z.string().min(1),
  screenedAt: z.iso.datetime(),
  model: z.string().min(1),
  preprocessing: z.string().min(1),
  heads: z.array(headReferenceSchema),
  eyes: z.object({ left: eyeResultSchema.nullable(), right: eyeResultSchema.nullable() }),
  findings: z.array(scoredFindingSchema),
  features: featuresReferenceSchema.nullable(),
  flags: z.array(z.string()),
  /** How it was computed, for repeating it: runtime, execution provider, precision. */
  runtime: z.object({ runtime: z.string(), provider: z.string(), precision: z.string() }),
});
export type ScreeningOutput = Readonly<z.infer<typeof screeningOutputSchema>>;

/** Heads that were tried on an exam and decide nothing. */
export const shadowResultSchema = z.object({
  /** The job that tried them; absent where the screening itself did. */
  job: z.string().min(1).optional(),
  at: z.iso.datetime(),
  heads: z.array(headReferenceSchema),
  findings: z.array(findingSchema),
  /** What the outcome would be if these heads were live. */
  outcome: outcomeSchema,
  policy: z.string().min(1),
});
export type ShadowResult = Readonly<z.infer<typeof shadowResultSchema>>;

/** A screened exam's answer. With the image versions, model, pre-processing, heads and policy it names, it can be repeated. */
export const examResultSchema = screeningOutputSchema.extend({
  findings: z.array(findingSchema),
  outcome: outcomeSchema,
  /** Id of the policy that decided the outcome. */
  policy: z.string().min(1),
  /** Fields that the program's capture protocol asked of each eye; absent where it was the macula alone. */
  fields: z.array(fieldSchema).optional(),
  /** What called for an outcome, the most urgent first. Absent from results of former releases, which kept no reasons. */
  reasons: z.array(outcomeReasonSchema).optional(),
  /** The job that read the stored features again, when, and the outcome before. Absent from a screening's own result. */
  rescored: z
    .object({ job: z.string().min(1), at: z.iso.datetime(), from: outcomeSchema.optional() })
    .optional(),
  shadow: shadowResultSchema.optional(),
});
export type ExamResult = Readonly<z.infer<typeof examResultSchema>>;

/** One text for all images of an eye: the SHA-256 of its only one, or that of all their SHA-256, sorted. */
function contentOf(eye: EyeResult | null): string | null {
  if (eye === null) return null;
  if (eye.images.length === 1) return eye.image.sha256;
  const contents = new Set(eye.images.map(({ sha256, image }) => sha256 ?? image));
  return createHash('sha256')
    .update([...contents].sort().join(' '))
    .digest('hex');
}

/** What readers of a result have seen: one more image, or one less, is something else. */
export function contentsOfResult({ eyes }: Pick<ExamResult, 'eyes'>): {
  readonly left: string | null;
  readonly right: string | null;
} {
  return { left: contentOf(eyes.left), right: contentOf(eyes.right) };
}

/** SHA-256 of the primary images that a result is about. */
export function imagesOfResult({ eyes }: Pick<ExamResult, 'eyes'>): {
  readonly left: string | null;
  readonly right: string | null;
} {
  return { left: eyes.left?.image.sha256 ?? null, right: eyes.right?.image.sha256 ?? null };
}
