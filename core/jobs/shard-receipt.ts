import { z } from 'zod';
import { outcomeSchema } from '../exams/outcome.ts';
import { comparedExamsSchema } from './comparison/compared-exams.ts';
import { labelComparisonSchema } from './comparison/label-comparison.ts';
import { failedExamSchema } from './job-plan.ts';

const count = z.number().int().nonnegative();

/** What became of a shard's exams. `done` and `failed` together are all of them. */
export const shardReceiptSchema = z.object({
  schema: z.literal('shard-receipt/1'),
  shard: count,
  /** Exams that have the job's answer or a newer one. */
  done: count,
  /** Of `done`: those that had the very same answer before. */
  skipped: count,
  /** Of `done`: those for which a newer photograph or a later job was faster. */
  superseded: count,
  failed: z.array(failedExamSchema),
  /** Exams whose outcome the job moved, or would move in shadow mode. */
  moved: z.array(z.object({ from: outcomeSchema, to: outcomeSchema, exams: count })),
  /** Of a shadow job: each label by the live heads and by the tried ones. */
  compared: z.array(labelComparisonSchema).default([]),
  /** Which exams these were. Absent in receipts that an earlier version wrote. */
  over: comparedExamsSchema.optional(),
  /** Time that a worker spent on the shard. */
  workerSeconds: z.number().nonnegative(),
  /** Price of that worker's instance, in USD an hour; 0 on one's own machine. */
  pricePerHour: z.number().nonnegative(),
});
export type ShardReceipt = Readonly<z.infer<typeof shardReceiptSchema>>;
