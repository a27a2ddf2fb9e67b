import { z } from 'zod';

/** How a photograph becomes a network's input: a named, versioned contract. A change of any part is a new id. */
export const preprocessingSchema = z.object({
  id: z.string().min(1),
  /** `squash`: the whole picture becomes a square, whatever its sides; `field`: the square around its round field does. */
  resize: z.enum(['squash', 'field']),
  /** Antialiased bicubic interpolation (Catmull-Rom). */
  kernel: z.literal('cubic'),
  colour: z.literal('srgb'),
  /** Of each channel, red, green, blue, on a scale from 0 to 1. */
  mean: z.tuple([z.number(), z.number(), z.number()]),
  standardDeviation: z.tuple([z.number(), z.number(), z.number()]),
});
export type Preprocessing = Readonly<z.infer<typeof preprocessingSchema>>;

const CLIP: Omit<Preprocessing, 'id' | 'resize'> = {
  kernel: 'cubic',
  colour: 'srgb',
  mean: [0.48145466, 0.4578275, 0.40821073],
  standardDeviation: [0.26862954, 0.26130258, 0.27577711],
};

/**
 * The contracts that a bundle can be made for, by their ids; `decoding/contracts.ts` says what each does. Its list is
 * not imported: the workers read bundles and have no decoder.
 */
export const PREPROCESSINGS = {
  'squash-bicubic-v1': { id: 'squash-bicubic-v1', resize: 'squash', ...CLIP },
  'field-bicubic-v1': { id: 'field-bicubic-v1', resize: 'field', ...CLIP },
} as const satisfies Readonly<Record<string, Preprocessing>>;

/** The contract of RET-CLIP's published weights. Means and deviations are CLIP's (Radford et al., arXiv 2103.00020). */
export const PREPROCESSING: Preprocessing = PREPROCESSINGS['squash-bicubic-v1'];
