import { z } from 'zod';

/**
 * What one image costs on a processor in one precision of the vision tower: by it a deployment chooses what screens. It is
 * part of `model.json` and no part of the bundle's id: it is measured, and changes no feature.
 */
export const costSchema = z
  .object({
    /** Milliseconds of one core for one image: median over the batches. */
    coreMilliseconds: z.number().positive(),
    /** Images of each batch, and batches that were measured after the first ones. */
    batchSize: z.number().int().positive(),
    batches: z.number().int().positive(),
    /** As the machine names it: `AMD EPYC 7763 64-Core Processor`. */
    processor: z.string().min(1),
    /** `onnxruntime-node 1.23.0, cpu`. */
    runtime: z.string().min(1),
  })
  .strict();

export type Cost = Readonly<z.infer<typeof costSchema>>;
