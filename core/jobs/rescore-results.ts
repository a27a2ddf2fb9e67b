import { z } from 'zod';
import { headReferenceSchema } from '../activation/active-model.ts';
import { FINDING_LEVELS, scoredFindingSchema } from '../exams/finding.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { failedExamSchema } from './job-plan.ts';

const count = z.number().int().nonnegative();
const probability = z.number().min(0).max(1);

/** What is the same for one finding of every exam of a shard. */
export const findingColumnSchema = z.object({
  level: z.enum(FINDING_LEVELS),
  head: z.string().min(1),
  label: z.string().min(1),
  threshold: probability,
});
export type FindingColumn = Readonly<z.infer<typeof findingColumnSchema>>;

/** What is said of a finding that was made of several images of an eye. */
export const severalImagesSchema = scoredFindingSchema.pick({ calibrated: true, alone: true }).extend({
  /** Place of its column. */
  column: count,
  /** Key of the image that it names. */
  image: z.string().min(1),
});

/** One exam's probabilities, column by column; `null` where an eye was not gradable. */
export const rescoredExamSchema = z.object({
  patient: identifierSchema,
  exam: identifierSchema,
  /** The screening whose features were read. */
  base: z.string().nullable(),
  probabilities: z.array(probability.nullable()),
  /** Findings that were made of several images of an eye. Absent where there is none. */
  several: z.array(severalImagesSchema).optional(),
});
export type RescoredExamLine = Readonly<z.infer<typeof rescoredExamSchema>>;

/** What re-scoring made of one shard. */
export const shardResultsSchema = z.object({
  schema: z.literal('shard-results/1'),
  program: identifierSchema,
  job: identifierSchema,
  shard: count,
  rescoredAt: z.iso.datetime(),
  model: z.string().min(1),
  preprocessing: z.string().min(1),
  heads: z.array(headReferenceSchema),
  shadow: z.boolean(),
  columns: z.array(findingColumnSchema),
  exams: z.array(rescoredExamSchema),
  failed: z.array(failedExamSchema),
  workerSeconds: z.number().nonnegative(),
  pricePerHour: z.number().nonnegative(),
});
export type ShardResults = Readonly<z.infer<typeof shardResultsSchema>>;
