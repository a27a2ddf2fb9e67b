import { z } from '@hono/zod-openapi';
import { eyeGradesSchema, GRADING_SCHEMES } from '../../core/exams/eye-grade.ts';
import { fieldSchema } from '../../core/exams/field.ts';
import { OUTCOMES, outcomeSchema } from '../../core/exams/outcome.ts';
import { UNGRADABLE_REASONS } from '../../core/exams/quality.ts';
import { reviewStageSchema } from '../../core/exams/review.ts';
import { resultLineSchema } from '../../core/reviews/result-line.ts';
import { reviewLineSchema, verdictLineSchema } from '../../core/reviews/review-line.ts';
import { instantSchema, pageQuery } from './schemas.ts';

/** What a reader says of an exam. Who reads is not in it: the token says who. */
export const reviewBody = z
  .object({
    /** What the reader would have decided. */
    outcome: outcomeSchema,
    /** What the reader saw of each eye, by the program's grading scheme. */
    eyes: eyeGradesSchema.optional(),
    note: z.string().max(2_000).optional(),
    /** Id of the caller's own verdict that this one takes the place of. */
    corrects: z.string().min(1).max(200).optional(),
    /** Why it is corrected: needed with `corrects`, and only with it. */
    reason: z.string().trim().min(1).max(2_000).optional(),
  })
  .strict()
  .refine(({ corrects, reason }) => corrects === undefined || reason !== undefined, {
    message: 'a correction needs a reason: say in "reason" why the verdict is corrected',
    path: ['reason'],
  })
  .refine(({ corrects, reason }) => corrects !== undefined || reason === undefined, {
    message: 'a reason belongs to a correction: name in "corrects" the verdict that is corrected',
    path: ['corrects'],
  });

/** The caller's own verdicts over an exam. */
export const ownReviewsAnswer = z.object({
  /** The one that holds, which a correction corrects; `null` if the caller has not read the present photographs. */
  holds: verdictLineSchema.nullable(),
  /** All of them, oldest first, those over replaced photographs as well. */
  given: z.array(verdictLineSchema),
});

export const reviewAnswer = z.object({
  verdict: verdictLineSchema,
  /** What all readers made of it; `null` for a reader who is blinded to the others, before and after. */
  review: reviewLineSchema.nullable(),
});
export const reviewsAnswer = z.object({
  review: reviewLineSchema.nullable(),
  /** Verdicts over photographs that have been replaced since. */
  former: z.array(verdictLineSchema),
});

export const workListQuery = pageQuery
  .extend({
    stage: reviewStageSchema,
    outcome: outcomeSchema.optional(),
    /** `deadline`: the first to be due first. `urgency`: the most urgent outcome first, by deadline within it. */
    sort: z.enum(['deadline', 'urgency']).default('deadline'),
  })
  .refine((query) => query.stage !== 'second' || (query.outcome === undefined && query.sort === 'deadline'), {
    message:
      "a second reader is blinded: the list can be neither filtered nor sorted by the machine's outcome",
  })
  .refine((query) => query.outcome === undefined || query.sort === 'deadline', {
    message: 'sort by urgency or choose one outcome',
  });

export const workListItem = z.object({
  program: z.string(),
  patient: z.string(),
  exam: z.string(),
  stage: reviewStageSchema,
  /** Keys of the photographs. */
  images: z.object({ left: z.string().nullable(), right: z.string().nullable() }),
  /** `null` for a blinded reader, whom it would tell the machine's outcome. */
  dueAt: z.iso.datetime().nullable(),
  overdue: z.boolean().nullable(),
  /** The machine's result and earlier verdicts; `null` for a blinded reader. */
  result: resultLineSchema.nullable(),
});
/** A photograph as a reader sees it. */
const readingPhotograph = z.object({
  /** Its key. */
  image: z.string(),
  field: fieldSchema.nullable(),
  /** `null` for a blinded reader. */
  gradable: z.boolean().nullable(),
  reason: z.enum(UNGRADABLE_REASONS).nullable(),
});

/** How the eyes of a program's exams are graded. */
export const grading = z.object({
  scheme: z.enum(GRADING_SCHEMES),
  /** Whether a verdict needs a grade of every eye that has a photograph. */
  required: z.boolean(),
  /** What may be said in `findings`: labels of the active heads. */
  labels: z.array(z.string()),
});

/** An exam as its reader may see it. */
export const readingAnswer = z.object({
  program: z.string(),
  patient: z.string(),
  exam: z.string(),
  /** The stage that it waits for; `null`: it need not be read, or no longer. */
  stage: reviewStageSchema.nullable(),
  /** Whether the caller may give the verdict that it waits for. */
  waitsForCaller: z.boolean(),
  /** Of each eye, the primary one first. */
  photographs: z.object({ left: z.array(readingPhotograph), right: z.array(readingPhotograph) }),
  /** `null` for a blinded reader. */
  dueAt: z.iso.datetime().nullable(),
  /** What is kept from the caller until they, or all readers, have decided. */
  blindedTo: z.array(z.enum(['machine', 'readers'])),
  /** The machine's result and what readers made of it; `null` for a reader who is blinded to either. */
  result: resultLineSchema.nullable(),
  /** What readers said of the present photographs, oldest first; `null` for a reader who is blinded to them. */
  verdicts: z.array(verdictLineSchema).nullable(),
  /** The caller's own verdict that holds, which a correction corrects. */
  own: verdictLineSchema.nullable(),
  grading,
});

const stageCount = z.object({
  stage: reviewStageSchema,
  exams: z.number().int().nonnegative(),
  /** `true`: there are more than were counted. */
  more: z.boolean(),
  /** Whether its readers are blinded to the machine: it is listed by arrival, and can be neither filtered nor sorted. */
  blinded: z.boolean(),
});
/** How much waits for the caller. */
export const workListCounts = z.object({ stages: z.array(stageCount) });

export const workListPage = z.object({ items: z.array(workListItem), cursor: z.string().optional() });

export const agreementQuery = z
  .object({ since: instantSchema.optional(), until: instantSchema.optional() })
  .strict()
  .refine((query) => query.since === undefined || query.until === undefined || query.since < query.until, {
    message: 'since is not before until',
  });

const rate = z.number().nullable();
const agreement = z.object({ exams: z.number().int(), observed: rate, kappa: rate });
export const agreementAnswer = z.object({
  program: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  /** Exams whose reading was finished in this time. */
  exams: z.number().int(),
  /** There were more than are looked at: choose a shorter time. */
  truncated: z.boolean(),
  /** What holds after review with the machine's outcome, over these exams. */
  afterReview: agreement,
  /** Machine's outcome by outcome after review, to weigh the negatives by the share that is read. */
  table: z.array(
    z.object({ machine: z.enum(OUTCOMES), afterReview: z.enum(OUTCOMES), exams: z.number().int() }),
  ),
  readers: z.array(
    z.object({
      reader: z.string(),
      /** Exams that they read. */
      verdicts: z.number().int(),
      /** Of these: exams whose verdict they corrected. What follows is of their first verdicts. */
      corrected: z.number().int(),
      withMachine: agreement,
      withReaders: agreement,
      turnaround: z.object({ medianHours: z.number(), p90Hours: z.number() }),
      late: z.number().int(),
    }),
  ),
  notice: z.string(),
});
