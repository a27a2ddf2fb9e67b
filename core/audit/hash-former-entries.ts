import { eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/index.ts';
import type { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import { auditEntriesOf, hashedEntry } from './audit-entry.ts';
import { AUDIT_PREFIX, FORMER_AUDIT_PREFIX } from './audit-trail.ts';

const PAGE = 1_000;

/**
 * Brings what former releases wrote to a program's trail into its present form, with keyed hashes in place of
 * pseudonyms, and removes the former parts for good. Done once for each program: nothing is left to be done again.
 *
 * @returns how many entries
 */
export async function hashFormerEntries(
  store: ObjectStore,
  pseudonyms: PseudonymHash,
  program: string,
): Promise<number> {
  let entries = 0;
  for (;;) {
    // What was listed is gone by the next time.
    const { items } = await store.listVersions(`${FORMER_AUDIT_PREFIX}${program}/`, { limit: PAGE });
    if (items.length === 0) return entries;
    for (const key of new Set(items.map((item) => item.key))) {
      if ((await store.head(key)) !== undefined) entries += await hashPart(store, pseudonyms, key);
      await eraseObject(store, key);
    }
  }
}

async function hashPart(store: ObjectStore, pseudonyms: PseudonymHash, key: string): Promise<number> {
  const { content, object } = await store.get(key);
  const entries = auditEntriesOf(Buffer.from(content).toString());
  const hashed = await Promise.all(entries.map((entry) => hashedEntry(pseudonyms, entry)));
  const lines = hashed.map((entry) => JSON.stringify(entry)).join('\n');
  const { contentType } = object;
  // The same name sorts it to the same place.
  await store.put(key.replace(FORMER_AUDIT_PREFIX, AUDIT_PREFIX), Buffer.from(lines), { contentType });
  return entries.length;
}
