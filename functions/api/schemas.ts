import { z } from '@hono/zod-openapi';
import { examImageSchema } from '../../core/exams/exam-image.ts';
import { expectedEyesSchema } from '../../core/exams/expected-images.ts';
import { fieldSchema, seenFieldSchema } from '../../core/exams/field.ts';
import { identifierSchema } from '../../core/exams/identifier.ts';
import { lateralitySchema } from '../../core/exams/laterality.ts';
import { outcomeSchema } from '../../core/exams/outcome.ts';
import { outcomeCountsSchema } from '../../core/exams/outcome-counts.ts';
import { UNGRADABLE_REASONS } from '../../core/exams/quality.ts';
import { IMAGE_PLACE, saysNoEye } from '../../core/keys/image-key.ts';
import { resultLineSchema } from '../../core/reviews/result-line.ts';
import { screeningConditionSchema } from '../../core/summary/screening-condition.ts';

/** Largest photograph that an upload is given out for: no camera's export comes near it. */
export const LARGEST_IMAGE_BYTES = 200 * 1024 * 1024;

export const programParameters = z.object({ program: identifierSchema });
export const patientParameters = programParameters.extend({ patient: identifierSchema });
export const examParameters = patientParameters.extend({ exam: identifierSchema });

const probabilitySchema = z.coerce.number().min(0).max(1);
export const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString());

const booleanSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Which part of a list: `limit` 1 to 500, and the cursor of the page before. */
export const pageQuery = z
  .object({
    limit: z.coerce.number().int().min(1).max(500).default(100),
    cursor: z.string().max(2_000).optional(),
  })
  // A filter that is misspelt would be no filter.
  .strict();

/** Filters of results. `min` and `max` are probabilities of `label`. */
export const resultsQuery = pageQuery
  .extend({
    /** What holds now: readers may have changed the machine's. */
    outcome: outcomeSchema.optional(),
    /** What the machine decided. */
    machineOutcome: outcomeSchema.optional(),
    patient: identifierSchema.optional(),
    label: z.string().min(1).max(100).optional(),
    min: probabilitySchema.optional(),
    max: probabilitySchema.optional(),
    since: instantSchema.optional(),
    until: instantSchema.optional(),
    model: z.string().min(1).max(200).optional(),
    /** `true`: every photograph is gradable; `false`: one is not. */
    gradable: booleanSchema.optional(),
    /** A photograph is ungradable for this reason. */
    reason: z.enum(UNGRADABLE_REASONS).optional(),
    /** Somebody has read it, or nobody. */
    reviewed: booleanSchema.optional(),
    /** `urgency`: the most urgent outcome first, by date within it. */
    sort: z.enum(['date', 'urgency']).default('date'),
    order: z.enum(['newest-first', 'oldest-first']).optional(),
  })
  .refine((query) => query.reason === undefined || query.gradable !== true, {
    message: 'gradable=true and a reason for being ungradable exclude each other',
  })
  .refine((query) => query.sort === 'date' || (query.outcome === undefined && query.patient === undefined), {
    message: 'sort=urgency sorts by outcome: it goes with neither one outcome nor one patient',
  })
  .refine((query) => query.label !== undefined || (query.min === undefined && query.max === undefined), {
    message: 'min and max need a label',
  })
  .refine((query) => (query.min ?? 0) <= (query.max ?? 1), { message: 'min is larger than max' })
  .refine((query) => query.since === undefined || query.until === undefined || query.since < query.until, {
    message: 'since is not before until',
  });

export const resultsPage = z.object({ items: z.array(resultLineSchema), cursor: z.string().optional() });

/** Messages that could not be processed. */
const letterNames = z.array(z.string().min(1).max(1_000)).min(1).max(1_000);

/** Which dead letters to send again. */
export const redriveChoice = z.strictObject({ only: letterNames.optional(), except: letterNames.optional() });

export const deadLettersAnswer = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      /** `program/patient/exam`, an object's key, or `unknown`. */
      subject: z.string(),
      program: z.string().nullable(),
      reason: z.string(),
      sentAt: z.string(),
    }),
  ),
});

const contentsSchema = z.object({ left: z.array(z.string()), right: z.array(z.string()) });

/** An exam's state without its findings. */
export const examStateSchema = z.object({
  program: z.string(),
  patient: z.string(),
  exam: z.string(),
  status: z.enum(['unknown', 'registered', 'screening', 'screened']),
  /** SHA-256 of the newest photograph of each eye; of all of them: `contents`. */
  images: z.object({ left: z.string().nullable(), right: z.string().nullable() }),
  /** SHA-256 of the primary photographs that the result is about; `null` without a result. */
  screened: z.object({ left: z.string().nullable(), right: z.string().nullable() }).nullable(),
  /** SHA-256 of every photograph of each eye that counts, each once. */
  contents: contentsSchema,
  /** SHA-256 of every photograph that the result is about; `null` without a result. */
  screenedContents: contentsSchema.nullable(),
  /** Why an eye has no photograph. */
  missingEyes: z.object({
    left: z.enum(['not-received', 'not-supplied']).nullable(),
    right: z.enum(['not-received', 'not-supplied']).nullable(),
  }),
  /** What holds now. */
  outcome: outcomeSchema.nullable(),
  /** Whether the caller reads the exam without its result: what would tell it is `null`. */
  blinded: z.boolean(),
});

/** An image of an exam, and whether it counts. */
export const examImageLineSchema = examImageSchema
  .pick({ laterality: true, field: true, state: true, sha256: true, withdrawal: true, doubts: true })
  .extend({
    image: z.string(),
    /** What it shows by itself; `null` where that is not sure. */
    fieldSeen: seenFieldSchema.nullable(),
    /** Whether its quality allows an answer; `null` while it is being prepared. */
    gradable: z.boolean().nullable(),
    /** Why it does not. */
    reason: z.enum(UNGRADABLE_REASONS).nullable(),
  });

export const examDetailSchema = z.object({
  state: examStateSchema,
  /** Every image of it, those that were replaced or withdrawn included. */
  images: z.array(examImageLineSchema),
  result: resultLineSchema.nullable(),
});
export const examsPage = z.object({ items: z.array(examDetailSchema), cursor: z.string().optional() });

const examNameSchema = z.object({ patient: identifierSchema, exam: identifierSchema });
export const lookupBody = z.object({ exams: z.array(examNameSchema).min(1).max(100) });
export const lookupAnswer = z.object({ items: z.array(examStateSchema) });

export const uploadIntentSchema = z.object({
  patient: identifierSchema,
  exam: identifierSchema,
  laterality: lateralitySchema,
  /**
   * Tells photographs of one eye apart: `disc`, `2`. Photographs with the same one replace each other. Left out for an
   * eye's only photograph.
   */
  place: z
    .string()
    .max(40)
    .regex(IMAGE_PLACE)
    .refine(saysNoEye, { message: 'a place that names an eye contradicts the laterality' })
    .optional(),
  /** File extension without its dot. */
  extension: z.string().regex(/^[A-Za-z0-9]{0,8}$/),
  contentType: z.string().regex(/^[\w.+-]+\/[\w.+-]+$/),
  bytes: z.number().int().min(1).max(LARGEST_IMAGE_BYTES),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Which eyes this exam has: with one eye announced alone, intake need not wait for the other. */
  eyes: expectedEyesSchema,
  /** What the photograph is centred on, where the uploader knows it. */
  field: fieldSchema.optional(),
  /** The day on which the camera took the photograph, where the file tells it. */
  takenOn: z.iso.date().optional(),
  /**
   * SHA-256 of the name of the sender's file, or anything else that tells it from others. A photograph of another source
   * takes no other's place: it is stored beside, and the answer's key says where. Left out, what has the place gives way.
   */
  source: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  /** How many photographs of each eye this exam has. Older clients announce `eyes` alone. */
  expected: z
    .object({ left: z.number().int().min(0).max(12), right: z.number().int().min(0).max(12) })
    .optional(),
});
export const uploadsBody = z.object({ images: z.array(uploadIntentSchema).min(1).max(100) });

export const uploadAnswerSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('present'),
    key: z.string(),
    /** It was withdrawn from this place: why. It does not count here, however often it is sent. */
    withdrawn: z.string().optional(),
    /** It was stored, but no exam knew it: it is taken in now. */
    announced: z.literal(true).optional(),
  }),
  z.object({
    action: z.literal('upload'),
    key: z.string(),
    url: z.url(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    /** It was stored, but cannot be read any more: sending it again puts it right. */
    lost: z.literal(true).optional(),
    /** A photograph of other bytes counts there until this one is sent. */
    replaces: z.literal(true).optional(),
  }),
]);
export const uploadsAnswer = z.object({ items: z.array(uploadAnswerSchema) });

const count = z.number().int().nonnegative();
export const summarySchema = z.object({
  program: z.string(),
  exams: count,
  waiting: z.object({ registered: count, screening: count }),
  screened: count,
  /** By what holds now: readers may have changed the machine's. */
  outcomes: outcomeCountsSchema,
  /** By what the machine decided. */
  byMachine: outcomeCountsSchema,
  /** Share of screened exams that are ungradable; `null` before the first. */
  ungradableRate: z.number().min(0).max(1).nullable(),
  /** Exams that somebody has read, and what holds of those whose readers agree. */
  reviews: z.object({ exams: count, outcomes: outcomeCountsSchema }),
  /** Exams with a finding of each label, and with a positive one; most often positive first. */
  labels: z.array(z.object({ label: z.string(), exams: count, positive: count })),
  /** By the day (UTC) of screening, oldest first. */
  days: z.array(
    z.object({
      day: z.iso.date(),
      screened: count,
      outcomes: outcomeCountsSchema,
      ungradableRate: z.number().min(0).max(1).nullable(),
    }),
  ),
  /** Whether anything screens on this machine, and if not, why; absent in AWS. */
  screening: screeningConditionSchema.optional(),
  countedAt: z.iso.datetime(),
  /** What holds the system up now, for people: a full disk, a worker that cannot be started. None while all is well. */
  trouble: z.array(z.string()).default([]),
  notice: z.string(),
});

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  instance: z.string(),
});
