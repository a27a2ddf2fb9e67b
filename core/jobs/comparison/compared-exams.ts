import { z } from 'zod';

/** Which exams tried heads were compared over. */
export const comparedExamsSchema = z.object({
  exams: z.number().int().nonnegative(),
  /** When the first of them was screened; `null` without exams, and where an earlier version did not note it. */
  from: z.iso.datetime().nullable(),
  /** When the last of them was. */
  to: z.iso.datetime().nullable(),
});
export type ComparedExams = Readonly<z.infer<typeof comparedExamsSchema>>;

export const NO_EXAMS: ComparedExams = { exams: 0, from: null, to: null };

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function later(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}

/** Exams of several parts that have none in common. */
export function allCompared(parts: readonly ComparedExams[]): ComparedExams {
  return parts.reduce(
    (sum, part) => ({
      exams: sum.exams + part.exams,
      from: earlier(sum.from, part.from),
      to: later(sum.to, part.to),
    }),
    NO_EXAMS,
  );
}
