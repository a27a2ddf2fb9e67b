import { z } from 'zod';

/** A head by name and content. */
export const headReferenceSchema = z.object({ name: z.string().min(1), id: z.string().min(1) });
export type HeadReference = Readonly<z.infer<typeof headReferenceSchema>>;

/** What a model takes in: the side of its square of pixels, and the detector that looks at the same pixels. */
export const modelInputSchema = z.object({
  /** In pixels. */
  imageSize: z.number().int().positive(),
  /** SHA-256 of the detector's graph; `null` if the bundle has none. */
  detector: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});
export type ModelInput = Readonly<z.infer<typeof modelInputSchema>>;

/** What screens a program's exams now: a model bundle, its pre-processing contract and the heads that read it. */
export const activeModelSchema = z.object({
  schema: z.literal('active-model/1'),
  /** Id of the bundle: the hash of its content. */
  model: z.string().min(1),
  /** Id of the pre-processing contract. */
  preprocessing: z.string().min(1),
  heads: z.array(headReferenceSchema),
  /** `false` marks every result as coming from an untrained model. */
  trained: z.boolean(),
  /** Number of the promotion that made this; absent where the bundle's own heads are active. */
  promotion: z.number().int().positive().optional(),
  /** Number of the change that made this model active; absent where it was the first. */
  activation: z.number().int().positive().optional(),
  /** Somebody asked for features alone: no head looks for disease in both eyes, and nothing is assessed. */
  featuresOnly: z.literal(true).optional(),
  /** Channels of the joint space: what heads must fit. */
  embedding: z.number().int().positive().optional(),
  /** What its images are prepared to. Absent in former releases: the bundle's own manifest says it. */
  input: modelInputSchema.optional(),
  /** Precisions that the bundle offers: what heads may have been fitted on. Absent in former releases: fp32. */
  precisions: z.array(z.string()).optional(),
  /** Heads that are tried on new exams: recorded beside each result, deciding nothing. No result is named after them. */
  shadow: z.object({ heads: z.array(headReferenceSchema).min(1), since: z.iso.datetime() }).optional(),
});

export type ActiveModel = Readonly<z.infer<typeof activeModelSchema>>;

/** Model bundles, each under its id, and beside them what is active. */
export const MODELS_PREFIX = 'models/';
/** What is active, and every change of it. */
export const ACTIVE_PREFIX = `${MODELS_PREFIX}active`;
/** Object key of the active model. */
export const ACTIVE_MODEL_KEY = `${ACTIVE_PREFIX}.json`;
