import { z } from 'zod';
import { eyeGradesSchema } from './eye-grade.ts';
import { outcomeSchema } from './outcome.ts';

/**
 * Stages of reading. `first`: what the machine would not send home. `second`: a blinded reader, who sees neither the
 * machine's outcome nor the first verdict. `arbitration`: a third, where two readers disagree.
 */
export const REVIEW_STAGES = ['first', 'second', 'arbitration'] as const;
export const reviewStageSchema = z.enum(REVIEW_STAGES);
export type ReviewStage = (typeof REVIEW_STAGES)[number];

/** One reader's verdict over an exam's outcome. Verdicts are added, never changed: a correction is a verdict of its own. */
export const reviewSchema = z.object({
  id: z.string().min(1),
  /** A correction keeps the stage of what it corrects. */
  stage: reviewStageSchema,
  outcome: outcomeSchema,
  /** Who read: the subject of the token that the verdict came with. */
  reader: z.string().min(1),
  /** What the reader saw of each eye. Absent where only the outcome was said, as in verdicts of before. */
  eyes: eyeGradesSchema.optional(),
  note: z.string().nullable(),
  at: z.iso.datetime(),
  /** When the exam came to this stage: turnaround counts from here to the first verdict. */
  since: z.iso.datetime(),
  /** What the machine said then. */
  machine: z.object({ requestId: z.string().min(1), outcome: outcomeSchema }),
  /** What was read, as `contentsOfResult` tells it: a verdict holds as long as these are the exam's. */
  images: z.object({ left: z.string().nullable(), right: z.string().nullable() }),
  /** Id of the verdict of the same reader that this one takes the place of. Absent in any but corrections. */
  corrects: z.string().min(1).optional(),
  /** Why it was corrected. Absent in any but corrections. */
  reason: z.string().min(1).optional(),
});
export type Review = Readonly<z.infer<typeof reviewSchema>>;

/** How an exam is to be read, decided when it gets its result, so that it can be listed by it. */
export const readingSchema = z.object({
  /** A negative that is read over nevertheless. */
  drawn: z.boolean(),
  /** When the last stage is to be done. */
  dueAt: z.iso.datetime(),
  /** Whether its readers were blinded to the machine when it was screened: then its work list is by arrival. */
  blindToModel: z.boolean().optional(),
});
export type Reading = Readonly<z.infer<typeof readingSchema>>;
