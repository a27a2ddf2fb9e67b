import { z } from 'zod';
import { failedExamSchema } from '../job-plan.ts';

const count = z.number().int().nonnegative();

const inBoth = {
  shard: count,
  /** Under which contract its images were looked at. */
  contract: z.string().min(1),
  /** Images that the screening of its exams takes. */
  images: count,
  /** Of them, those that had their pixels before. */
  found: count,
};

/** Which exams of a shard lacked pixels when the job looked at it first, and that they were asked for. Names no patient. */
export const shardPreparingSchema = z.object({
  schema: z.literal('shard-preparing/1'),
  ...inBoth,
  open: z.array(
    z.object({
      /** The exam's place in the shard, from 0. */
      line: count,
      /** Its images that lacked pixels. */
      images: count,
      /** Some were prepared according to its record, and their pixels have expired. */
      expired: z.literal(true).optional(),
    }),
  ),
});
export type ShardPreparing = Readonly<z.infer<typeof shardPreparingSchema>>;

/** What came of a shard's images: `found`, `prepared` and `failed` together are all of them. Written once. */
export const shardPreparedSchema = z.object({
  schema: z.literal('shard-prepared/1'),
  ...inBoth,
  /** Images that were prepared for the job: those that give no pixels too, as that is what is known of them. */
  prepared: count,
  /** Images that were not prepared while the job waited. */
  failed: count,
  /** The exams of these images, and why they are not screened. */
  exams: z.array(failedExamSchema),
});
export type ShardPrepared = Readonly<z.infer<typeof shardPreparedSchema>>;
