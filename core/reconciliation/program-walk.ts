import { z } from 'zod';
import { listPrograms } from '../programs/program-register.ts';
import type { Sweep } from './sweep.ts';

/** Where a walk over the programs stands: in which, and where in it. */
export const programPlaceSchema = z.object({
  /** `null`: the next one. */
  program: z.string().nullable(),
  /** Cursor of the programs behind; `null`: from the first, or none. */
  programs: z.string().nullable(),
  /** Cursor within the program; `null`: its beginning. */
  cursor: z.string().nullable(),
});
export type ProgramPlace = z.infer<typeof programPlaceSchema>;

export const FIRST_PROGRAM: ProgramPlace = { program: null, programs: null, cursor: null };

/** @returns the program that a walk comes to next, and the cursor of those behind it */
async function programAt(sweep: Sweep, place: ProgramPlace): Promise<Omit<ProgramPlace, 'cursor'> | null> {
  if (place.program !== null) return place;
  if (sweep.program !== null) return { program: sweep.program, programs: null };
  const page = await listPrograms(sweep.home.objects, { limit: 1, cursor: place.programs ?? undefined });
  const [program] = page.items;
  return program === undefined ? null : { program, programs: page.cursor ?? null };
}

/**
 * One step of a walk over the programs of a sweep.
 *
 * @param work looks at some of a program. @returns the cursor to go on by, `undefined` at the program's end
 * @returns where to go on, or `null` behind the last program
 */
export async function stepThroughPrograms(
  sweep: Sweep,
  place: ProgramPlace,
  work: (program: string, cursor: string | undefined) => Promise<string | undefined>,
): Promise<ProgramPlace | null> {
  const at = await programAt(sweep, place);
  if (at === null || at.program === null) return null;
  const cursor = await work(at.program, place.cursor ?? undefined);
  if (cursor !== undefined) return { ...at, cursor };
  return at.programs === null ? null : { program: null, programs: at.programs, cursor: null };
}
