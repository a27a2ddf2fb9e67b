import { z } from 'zod';
import { identifierSchema } from '../exams/identifier.ts';

/** Says that a shard of a job was re-scored. The results lie in an object: they would not fit a message. */
export const shardRescoredSchema = z.object({
  schema: z.literal('shard-rescored/1'),
  program: identifierSchema,
  job: identifierSchema,
  shard: z.number().int().nonnegative(),
});
export type ShardRescored = Readonly<z.infer<typeof shardRescoredSchema>>;
