import type { ObjectStore } from '../../ports/object-store.ts';
import { PseudonymHash } from '../../pseudonyms/pseudonym-hash.ts';
import type { AuditEntry } from '../audit-entry.ts';
import type { AuditTrail } from '../audit-trail.ts';

/** An entry of a caller who read the results of a patient's exam. @param now milliseconds since 1970 */
export function entryAt(now: number, caller: string, program: string): AuditEntry {
  return {
    at: new Date(now).toISOString(),
    ...{ caller, method: 'GET', route: '/v1/programs/{program}/results', program },
    ...{ subjects: ['P1/1'], query: { outcome: 'refer' }, status: 200 },
  };
}

/** The entry as the trail keeps it: whom it is about is told only to one who asks for the patient. */
export async function keptEntry(store: ObjectStore, entry: AuditEntry): Promise<AuditEntry> {
  const hashes = new PseudonymHash(store);
  const { program } = entry;
  if (program === null || program === undefined) throw new Error('Expected an entry of a program.');
  const subject = await Promise.all([hashes.ofPatient(program, 'P1'), hashes.ofPatient(program, 'P1/1')]);
  return { ...entry, subjects: [subject.join('/')] };
}

/** All callers by pages. */
export async function pagesOf(trail: AuditTrail, limit: number, program = 'north'): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await trail.page(program, { limit, cursor });
    pages.push(page.items.map(({ caller }) => caller));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}
