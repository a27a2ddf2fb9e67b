import { z } from 'zod';
import type { ExamKey } from '../exams/exam-key.ts';
import { settledSchema } from './deliveries.ts';

/**
 * What is remembered of requests that could not be answered at once begins so. It lies beside what the reconciler keeps, so
 * a role that may remove the one may remove the other; no program's name begins with a dot.
 */
export const ATTEMPTS_PREFIX = 'reconciliation/.attempts/';

/**
 * What befell one screening request so far. It outlives the process and the container, and it is not a message count: a
 * queue counts every delivery, for whatever reason a message came back.
 */
export const attemptNoteSchema = z.object({
  schema: z.literal('screening-attempts/1'),
  /** Workers that died while they had this request in hand and nothing else. One that is at it now counts already. */
  crashes: z.number().int().nonnegative(),
  /** Attempts that ended with a fault, the worker going on. */
  failures: z.number().int().nonnegative(),
  /** How often it was sent again from the dead letters: counts start again each time. */
  redrives: z.number().int().nonnegative(),
  /** The last delivery whose end a worker saw; `null` if none did. */
  settled: settledSchema,
  /** Why the last attempt failed. */
  reason: z.string().nullable(),
});
export type AttemptNote = Readonly<z.infer<typeof attemptNoteSchema>>;

/** A request of which nothing is remembered. */
export function freshNote(redrives: number): AttemptNote {
  return { schema: 'screening-attempts/1', crashes: 0, failures: 0, redrives, settled: null, reason: null };
}

/** Where notes about a patient's exams lie. */
export function attemptsOfPatient(program: string, patient: string): string {
  return `${ATTEMPTS_PREFIX}${program}/${patient}/`;
}

/** Where the note about a request lies. */
export function attemptNoteKey({ program, patient, exam }: ExamKey, requestId: string): string {
  return `${attemptsOfPatient(program, patient)}${exam}/${requestId}.json`;
}
