import { z } from 'zod';
import { FINDING_NAMES, type FindingName, needsPerson } from './finding-kinds.ts';

/** Findings of a kind that are told by name; the others are counted. */
export const MOST_NAMED = 20;

const count = z.number().int().nonnegative();

/** How many findings of one kind there were, and what the first of them are. */
export const findingCountSchema = z.object({
  found: count,
  /** Sent again or removed; 0 of what is shown only, and in a dry run. */
  done: count,
  /** Exams as `program/patient/exam`, or keys. */
  examples: z.array(z.string()).max(MOST_NAMED),
});
export type FindingCount = Readonly<z.infer<typeof findingCountSchema>>;

/** Kinds without a finding are left out. */
export const findingsSchema = z.partialRecord(z.enum(FINDING_NAMES), findingCountSchema);
export type FindingCounts = Readonly<z.infer<typeof findingsSchema>>;

/** Adds findings up. */
export function addFinding(
  counts: FindingCounts,
  name: FindingName,
  example: string,
  done: number,
  found = 1,
): FindingCounts {
  const known = counts[name] ?? { found: 0, done: 0, examples: [] };
  const isNamed = known.examples.length >= MOST_NAMED || known.examples.includes(example);
  return {
    ...counts,
    [name]: {
      found: known.found + found,
      done: known.done + done,
      examples: isNamed ? known.examples : [...known.examples, example],
    },
  };
}

/** How many findings wait for a person. */
export function waitingForPerson(counts: FindingCounts): number {
  return FINDING_NAMES.filter(needsPerson).reduce((sum, name) => sum + (counts[name]?.found ?? 0), 0);
}
