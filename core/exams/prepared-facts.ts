import { z } from 'zod';
import { seenFieldSchema } from './field.ts';
import { qualitySchema } from './quality.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const probability = z.number().min(0).max(1);

/** What the bundle's detector sees of an image, whatever its label says. */
export const detectionSchema = z.object({
  /** Probability that it shows a left eye: 0 to 1. */
  left: probability,
  /** Probability that it is gradable: 0 to 1. */
  gradable: probability,
  /** Least confidence with which a label may be contradicted: 0.5 to 1. */
  threshold: z.number().min(0.5).max(1),
});
export type Detection = Readonly<z.infer<typeof detectionSchema>>;

/** What preparation found of one version of an image. At most 600 bytes as JSON. */
export const preparedFactsSchema = z.object({
  /** Everything that makes pixels and quality, by its hash: see `contractOf`. */
  contract: z.string().min(1).max(64),
  /** SHA-256 of the model's pixels; `null` of an image that gives none, or is ungradable. */
  pixelsSha256: sha256.nullable(),
  quality: qualitySchema,
  /** `null` without a detector, or of an ungradable image. */
  detected: detectionSchema.nullable(),
  /**
   * What it is centred on, as it shows by itself; `null` where that is not sure, or it is ungradable. Absent of what former
   * releases prepared.
   */
  field: seenFieldSchema.nullable().optional(),
  /** Whether it was turned by half, as disc and fovea lie; `null` or absent where that is not sure, and of former releases. */
  turned: z.boolean().nullable().optional(),
  /** Which camera took it, as its header says. */
  device: z.string().min(1).max(60).optional(),
});
export type PreparedFacts = Readonly<z.infer<typeof preparedFactsSchema>>;
