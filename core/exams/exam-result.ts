import { z } from 'zod';
import { headReferenceSchema } from '../models/active-model.ts';
import { findingSchema } from './finding.ts';
import { imageVersionSchema } from './image-version.ts';
import { lateralityCheckSchema } from './laterality-check.ts';
import { outcomeSchema } from './outcome.ts';
import { qualitySchema } from './quality.ts';

/** What was found of one eye's photograph before any label. */
export const eyeResultSchema = z.object({
  image: imageVersionSchema,
  quality: qualitySchema,
  /** Left out where none was made: the eye is ungradable, or the model bundle has no detector. */
  laterality: lateralityCheckSchema.optional(),
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
  'left-eye-missing',
  'right-eye-missing',
  'image-replaced',
  'laterality-suspect',
] as const;

/** What a worker made of one request: everything but the outcome, which the program's policy decides. */
export const screeningOutputSchema = z.object({
  requestId: z.string().min(1),
  screenedAt: z.iso.datetime(),
  model: z.string().min(1),
  preprocessing: z.string().min(1),
  heads: z.array(headReferenceSchema),
  eyes: z.object({ left: eyeResultSchema.nullable(), right: eyeResultSchema.nullable() }),
  findings: z.array(findingSchema),
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
  outcome: outcomeSchema,
  /** Id of the policy that decided the outcome. */
  policy: z.string().min(1),
  /** The job that read the stored features again, and when; absent from a screening's own result. */
  rescored: z.object({ job: z.string().min(1), at: z.iso.datetime() }).optional(),
  shadow: shadowResultSchema.optional(),
});
export type ExamResult = Readonly<z.infer<typeof examResultSchema>>;
