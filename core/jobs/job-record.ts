import { z } from 'zod';
import { headReferenceSchema } from '../activation/active-model.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { outcomeSchema } from '../exams/outcome.ts';

/** `screen`: from the photographs, on a GPU. `rescore`: from stored features, on a CPU. */
export const JOB_MODES = ['screen', 'rescore'] as const;
export type JobMode = (typeof JOB_MODES)[number];

const probability = z.number().min(0).max(1);

/** Which of a program's exams a job is about: those that fit every field given. Without a field it is about all. */
export const jobSelectionSchema = z
  .object({
    /** Screened at or after. */
    since: z.iso.datetime().optional(),
    /** Screened before. */
    until: z.iso.datetime().optional(),
    outcome: outcomeSchema.optional(),
    /** With a finding of this label that is at least this probable. */
    label: z
      .object({ name: z.string().min(1).max(100), minimumProbability: probability })
      .strict()
      .optional(),
    /** Not yet answered by the job's own model and heads. */
    notScreenedWithModel: z.literal(true).optional(),
    /** Recalled at least this many days ago. */
    dueForRecallAfterDays: z.number().int().min(1).max(36_500).optional(),
    /** Object key of a manifest that was uploaded: one JSON object `{"patient": …, "exam": …}` a line. */
    manifest: z
      .string()
      .regex(/^job-manifests\//)
      .max(1_000)
      .optional(),
    /** The exams that failed in an earlier job. */
    failedInJob: identifierSchema.optional(),
  })
  .strict()
  .refine((selection) => selection.manifest === undefined || selection.failedInJob === undefined, {
    message: 'manifest and failedInJob contradict each other',
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    message: 'since is not before until',
  })
  .refine(
    ({ outcome, dueForRecallAfterDays }) =>
      dueForRecallAfterDays === undefined || outcome === undefined || outcome === 'recall',
    { message: 'only exams with outcome "recall" are due for recall' },
  );
export type JobSelection = Readonly<z.infer<typeof jobSelectionSchema>>;

/** What a job does, as it was asked for. It is written once and never changes. */
export const jobRecordSchema = z.object({
  schema: z.literal('job/1'),
  program: identifierSchema,
  /** Sorts by creation. Of two jobs about one exam the later one counts. */
  job: identifierSchema,
  mode: z.enum(JOB_MODES),
  selection: jobSelectionSchema,
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  /** Bundle whose features are read, or that screens. */
  model: z.string().min(1),
  preprocessing: z.string().min(1),
  /** Under which contract images were prepared when it was called for. Former releases named none. */
  contract: z.string().min(1).optional(),
  /** All heads that the results will name; the live ones among them. */
  heads: z.array(headReferenceSchema),
  /** The heads are recorded beside each result and decide nothing. */
  shadow: z.boolean(),
  /** The schedule that called for the job. */
  schedule: identifierSchema.nullable(),
});
export type JobRecord = Readonly<z.infer<typeof jobRecordSchema>>;

/** What names one job. */
export type JobKey = Pick<JobRecord, 'program' | 'job'>;

/** One text for a job, for messages and logs: `program/job`. */
export function jobName(key: JobKey): string {
  return `${key.program}/${key.job}`;
}
