import { z } from '@hono/zod-openapi';
import { headReferenceSchema } from '../../core/activation/active-model.ts';
import { comparedExamsSchema } from '../../core/jobs/comparison/compared-exams.ts';
import { labelComparisonSchema } from '../../core/jobs/comparison/label-comparison.ts';
import { shardReceiptSchema } from '../../core/jobs/shard-receipt.ts';

/** A part of a comparison; the parts of all pages add up. */
export const shadowPage = z.object({
  /** The heads in shadow, and since when these. */
  heads: z.array(headReferenceSchema),
  since: z.iso.datetime(),
  /** Exams of this page that the heads were tried on. */
  over: comparedExamsSchema,
  compared: z.array(labelComparisonSchema),
  moved: shardReceiptSchema.shape.moved,
  cursor: z.string().optional(),
});
