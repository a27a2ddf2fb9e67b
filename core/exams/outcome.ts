import { z } from 'zod';

/**
 * What happens to the patient, from the least to the most urgent: come back at the usual interval, photograph again,
 * see an ophthalmologist, see one now.
 */
export const OUTCOMES = ['recall', 'ungradable', 'refer', 'refer-urgent'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const outcomeSchema = z.enum(OUTCOMES);

/** The more urgent of two outcomes. */
export function moreUrgent(a: Outcome, b: Outcome): Outcome {
  return OUTCOMES.indexOf(a) >= OUTCOMES.indexOf(b) ? a : b;
}
