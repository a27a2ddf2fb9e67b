import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import { featuresReferenceSchema } from '../exams/exam-result.ts';
import { identifierSchema } from '../exams/identifier.ts';

/** Exams of a full shard. */
export const EXAMS_PER_SHARD = 1_000;

/** One exam of a shard. */
export const manifestLineSchema = z.object({
  patient: identifierSchema,
  exam: identifierSchema,
  /** The screening that re-scoring builds on; `null` for an exam that was never asked for. */
  base: z.string().min(1).nullable(),
  /** `null` where no eye was gradable. */
  features: featuresReferenceSchema.nullable(),
  /** Images that its screening takes. Only of a job that screens; former releases did not say it. */
  images: z.number().int().nonnegative().optional(),
  /** Why the exam, though selected, cannot be worked on. */
  problem: z.string().min(1).optional(),
});
export type ManifestLine = Readonly<z.infer<typeof manifestLineSchema>>;

/** A selected exam that cannot be worked on, and why. */
export const failedExamSchema = examKeySchema.pick({ patient: true, exam: true }).extend({
  reason: z.string().min(1),
});
export type FailedExam = Readonly<z.infer<typeof failedExamSchema>>;

/** Stands for an exam of a patient who was erased: it counts, but its name is gone. */
export const ERASED_NAME = Object.freeze({ patient: 'erased', exam: 'erased' });

/** Stands in a selection for such an exam; the job fails at it. */
export const ERASED_EXAM: ManifestLine & { readonly problem: string } = Object.freeze({
  ...ERASED_NAME,
  base: null,
  features: null,
  problem: 'The exam was erased while the job ran.',
});

/** `true` for what stands for an erased exam. */
export function isErasedName({
  patient,
  exam,
}: {
  readonly patient: string;
  readonly exam: string;
}): boolean {
  return patient === ERASED_NAME.patient && exam === ERASED_NAME.exam;
}

/** That a plan is complete, and how large it is. */
export const jobPlanSchema = z.object({
  schema: z.literal('job-plan/1'),
  plannedAt: z.iso.datetime(),
  shards: z.number().int().nonnegative(),
  /** Exams in all shards. */
  planned: z.number().int().nonnegative(),
  /** Images that the screening of these exams takes. Only of a job that screens; former releases did not say it. */
  images: z.number().int().nonnegative().optional(),
});
export type JobPlan = Readonly<z.infer<typeof jobPlanSchema>>;
