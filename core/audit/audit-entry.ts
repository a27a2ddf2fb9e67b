import { z } from 'zod';
import type { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';

/**
 * One thing that a caller did or tried to do in a program. As it is kept, it holds keyed hashes in place of pseudonyms:
 * the trail outlives the patients whom it tells of.
 */
export const auditEntrySchema = z.object({
  at: z.iso.datetime(),
  /** The token's subject; `(no valid token)` of a request that was refused for that. */
  caller: z.string(),
  method: z.string(),
  /** The route, its parameters unfilled: `/v1/programs/{program}/results`. */
  route: z.string(),
  /** `*` of what concerns all programs. */
  program: z.string(),
  /** Whom it was about, where the address or the body says so: `patient` or `patient/exam`, hashed, at most 100. */
  subjects: z.array(z.string()),
  /** Filters of a list; a patient and an exam are hashed. */
  query: z.record(z.string(), z.string()),
  /** How it was answered: 200 and above did happen, 400 and above did not. */
  status: z.number().int(),
});
export type AuditEntry = Readonly<z.infer<typeof auditEntrySchema>>;

/** Filters of lists that hold a pseudonym, or an exam's id. */
const HASHED_FILTERS: ReadonlySet<string> = new Set(['patient', 'exam']);

/** Reads a part of a trail: an entry a line. @throws SyntaxError or ZodError if it is none */
export function auditEntriesOf(text: string): AuditEntry[] {
  return text.split('\n').map((line) => auditEntrySchema.parse(JSON.parse(line)));
}

/** The entry with keyed hashes in place of pseudonyms, as it is kept. */
export async function hashedEntry(pseudonyms: PseudonymHash, entry: AuditEntry): Promise<AuditEntry> {
  const { program, subjects, query } = entry;
  const hash = (subject: string) => pseudonyms.ofSubject(program, subject);
  const filters = Object.entries(query).map(
    async ([name, text]) => [name, HASHED_FILTERS.has(name) ? await hash(text) : text] as const,
  );
  return {
    ...entry,
    subjects: await Promise.all(subjects.map(hash)),
    query: Object.fromEntries(await Promise.all(filters)),
  };
}
