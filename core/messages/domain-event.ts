import { z } from 'zod';
import { examKeySchema } from '../exams/exam-key.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { lateralitySchema } from '../exams/laterality.ts';
import { outcomeSchema } from '../exams/outcome.ts';
import { UNGRADABLE_REASONS } from '../exams/quality.ts';

/** What every event has. */
const eventSchema = z.object({
  /** The same event is announced under the same type and id, so that a receiver can drop a repetition. */
  id: z.string().min(1).max(200),
  /** When it happened: ISO 8601, UTC. */
  at: z.iso.datetime(),
});

/**
 * A photograph was prepared: it is fit to be screened, or for one reason it is not. It comes before any result, while it
 * can still be taken again.
 */
export const imagePreparedEventSchema = eventSchema.extend({
  type: z.literal('ImagePrepared'),
  exam: examKeySchema,
  /** Its key in the store. */
  image: z.string().min(1).max(1024),
  laterality: lateralitySchema,
  gradable: z.boolean(),
  /** Why not; `null` if it is gradable. */
  reason: z.enum(UNGRADABLE_REASONS).nullable(),
});
export type ImagePreparedEvent = Readonly<z.infer<typeof imagePreparedEventSchema>>;

/** An exam has a new result. The id is the request's. Carries pseudonyms only. */
export const examScreenedSchema = eventSchema.extend({
  type: z.literal('ExamScreened'),
  exam: examKeySchema,
  outcome: outcomeSchema,
});
export type ExamScreened = Readonly<z.infer<typeof examScreenedSchema>>;

/** A reader has given a verdict over an exam's outcome. The id is the review's. */
export const examReviewedSchema = eventSchema.extend({
  type: z.literal('ExamReviewed'),
  exam: examKeySchema,
  /** What the machine had decided: a review never overwrites it. */
  machineOutcome: outcomeSchema,
  /** What this reader decided; `null` if the reader could not decide. */
  verdict: outcomeSchema.nullable(),
  /** What holds for the exam after all its reviews; `null` while a further reader is waited for. */
  outcome: outcomeSchema.nullable(),
  /** Which reading of the exam this was. */
  role: z.enum(['first-reader', 'second-reader', 'arbiter']),
  /** Id of the announcement whose verdict this one takes the place of, by the same reader. Only of a correction. */
  corrects: z.string().min(1).max(200).optional(),
});
export type ExamReviewed = Readonly<z.infer<typeof examReviewedSchema>>;

const count = z.number().int().nonnegative();

/** A job has come to its end, whichever. The id is `program/job`. `planned` = `done` + `failed` unless it was cancelled. */
export const jobFinishedSchema = eventSchema.extend({
  type: z.literal('JobFinished'),
  program: identifierSchema,
  job: z.string().min(1).max(200),
  mode: z.enum(['screen', 'rescore']),
  state: z.enum(['finished', 'failed', 'cancelled']),
  planned: count,
  done: count,
  /** Of `done`: exams that had the very answer already. */
  skipped: count,
  failed: count,
  /** Of a job that screens: images that were ready for it, and images that were waited for in vain. */
  images: z.object({ prepared: count, failed: count }).optional(),
});
export type JobFinished = Readonly<z.infer<typeof jobFinishedSchema>>;

/** Everything that is announced, told apart by `type`. */
export const domainEventSchema = z.discriminatedUnion('type', [
  imagePreparedEventSchema,
  examScreenedSchema,
  examReviewedSchema,
  jobFinishedSchema,
]);
export type DomainEvent = Readonly<z.infer<typeof domainEventSchema>>;

export const EVENT_TYPES = [
  'ImagePrepared',
  'ExamScreened',
  'ExamReviewed',
  'JobFinished',
] as const satisfies readonly DomainEvent['type'][];
export type EventType = (typeof EVENT_TYPES)[number];

/** @returns the program whose event it is */
export function programOfEvent(event: DomainEvent): string {
  return event.type === 'JobFinished' ? event.program : event.exam.program;
}
