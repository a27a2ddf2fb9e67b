import { z } from 'zod';
import { type Outcome, perOutcome } from './outcome.ts';

/** How many exams have each outcome. A count from before an outcome was known has none of it. */
export const outcomeCountsSchema = z.object(perOutcome(() => z.number().int().nonnegative().default(0)));
export type OutcomeCounts = Record<Outcome, number>;

export function noOutcomes(): OutcomeCounts {
  return perOutcome(() => 0);
}
