import { z } from 'zod';

/** One stored version of one photograph: enough to read exactly these bytes again. */
export const imageVersionSchema = z.object({
  key: z.string().min(1),
  /** The store's version id; `null` only in a store without versions. */
  versionId: z.string().min(1).nullable(),
  /** Lower-case hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  /** By what versions of an eye are ordered by arrival, whatever order their events come in: see `arrivalOrder`. */
  order: z.string(),
});

export type ImageVersion = Readonly<z.infer<typeof imageVersionSchema>>;

/** Up to one photograph of each eye. */
export const eyeImagesSchema = z.object({
  left: imageVersionSchema.nullable(),
  right: imageVersionSchema.nullable(),
});

export type EyeImages = Readonly<z.infer<typeof eyeImagesSchema>>;
