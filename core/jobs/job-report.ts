import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import { comparisonSchema } from './comparison/label-comparison.ts';
import { JOB_MODES } from './job-record.ts';

/** How a job ended. `failed`: it could not be planned, or its workers ended too early. */
export const JOB_ENDS = ['finished', 'cancelled', 'failed'] as const;
/** From the making of the plan to the end. */
export const JOB_STATES = ['planning', 'running', ...JOB_ENDS] as const;
export type JobState = (typeof JOB_STATES)[number];

const count = z.number().int().nonnegative();

/** How far the images of a job are, which are prepared before a GPU is asked for. */
export const preparationProgressSchema = z.object({
  /** Images that the screening of the exams selected takes; `null` where a former release has planned the job. */
  images: count.nullable(),
  /** Images that are ready: they have pixels under the present contract, or are known to give none. */
  prepared: count,
  /** Of `prepared`: those that were ready before. */
  found: count,
  /** Images that were waited for in vain. */
  failed: count,
  /** Whether screening may begin: nothing is waited for any more. */
  finished: z.boolean(),
  /** Images per second so far; `null` before the first. */
  rate: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
});
export type PreparationProgress = Readonly<z.infer<typeof preparationProgressSchema>>;

/** How far a job is. `done` and `failed` add up to `planned` at its end. */
export const jobProgressSchema = z.object({
  state: z.enum(JOB_STATES),
  /** Exams selected; `null` while the plan is being made. */
  planned: count.nullable(),
  /** Exams that have the job's answer, or a newer one. */
  done: count,
  failed: count,
  /** Of `done`: those that had the very same answer before. */
  skipped: count,
  /** Of `done`: those for which a newer photograph or a later job was faster. */
  superseded: count,
  /** Exams per second so far; `null` before the first. */
  rate: z.number().nonnegative().nullable(),
  secondsLeft: z.number().nonnegative().nullable(),
  /** By the price of the workers' instances, in USD; 0 on one's own machine. */
  cost: z.number().nonnegative(),
  /** `null` of a job that re-scores, while the plan is being made, and of a job that a former release has begun. */
  preparation: preparationProgressSchema.nullable().default(null),
});
export type JobProgress = Readonly<z.infer<typeof jobProgressSchema>>;

/** Why exams failed, how many, and some of them. */
export const failureSchema = z.object({
  reason: z.string(),
  exams: count,
  examples: z.array(examKeySchema.pick({ patient: true, exam: true })),
});

/** A message of this job's program that could not be processed. */
export const deadLetterSchema = z.object({
  queue: z.string(),
  exam: z.string(),
  reason: z.string(),
  remedy: z.string(),
});
export type DeadLetter = Readonly<z.infer<typeof deadLetterSchema>>;

/** What a job came to. Written once, at its end. Research use only. */
export const jobReportSchema = z.object({
  schema: z.literal('job-report/1'),
  program: z.string(),
  job: z.string(),
  mode: z.enum(JOB_MODES),
  progress: jobProgressSchema,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  failures: z.array(failureSchema),
  /** Exams whose outcome the job moved, or would move in shadow mode. */
  moved: z.array(z.object({ from: outcomeSchema, to: outcomeSchema, exams: count })),
  /** Of a shadow job: how the tried heads agree with the live ones. */
  comparison: comparisonSchema.nullable().default(null),
  deadLetters: z.array(deadLetterSchema),
  /** How to do just the failed exams again; `null` if none failed. */
  retry: z.string().nullable(),
  /** Why the job as a whole failed. */
  reason: z.string().nullable(),
});
export type JobReport = Readonly<z.infer<typeof jobReportSchema>>;
