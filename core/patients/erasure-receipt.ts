import { z } from 'zod';
import { erasedSchema } from '../erasures/erasure-record.ts';
import { PROGRAMS_PREFIX } from '../keys/programs-prefix.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type { ObjectStore, StoredObject } from '../ports/index.ts';
import type { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';

const PAGE = 1_000;
const AT_ONCE = 32;

/** What is kept of an erasure: a proof to those who know the pseudonym, and to no one else. */
export const erasureReceiptSchema = z.object({
  receipt: z.string().min(1),
  program: z.string().min(1),
  /** Keyed hash of the patient. */
  patientHash: z.string().min(1),
  at: z.iso.datetime(),
  by: z.string(),
  erased: erasedSchema,
});
export type ErasureReceipt = Readonly<z.infer<typeof erasureReceiptSchema>>;

/** Receipts of former releases: they hold a hash without a key, by which pseudonyms can be tried out. */
const formerReceiptSchema = z.looseObject({ receipt: z.string().min(1), patientSha256: z.string() });

function receiptsPrefix(program: string): string {
  return `${PROGRAMS_PREFIX}${program}/receipts/`;
}

function receiptKey(program: string, receipt: string): string {
  return `${receiptsPrefix(program)}${receipt}.json`;
}

/** Where receipts of former releases lie; of every program under `*`. */
export function formerReceiptsPrefix(program: string): string {
  return `${PROGRAMS_PREFIX}${program}/erasures/`;
}

/** Stores a receipt; of one that was interrupted behind this step, again. */
export async function storeReceipt(store: ObjectStore, receipt: ErasureReceipt): Promise<void> {
  const content = Buffer.from(JSON.stringify(receipt));
  await store.put(receiptKey(receipt.program, receipt.receipt), content, { contentType: 'application/json' });
}

/** Keys of a program's receipts, in their order. */
export async function receiptKeys(store: ObjectStore, program: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(receiptsPrefix(program), { limit: PAGE, cursor });
    keys.push(...page.items.map(({ key }) => key));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys;
}

/** Receipts as the store has them, by the keyed hashes of their patients. */
export async function receiptsByPatient(
  store: ObjectStore,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredObject[]>> {
  const receipts = new Map<string, StoredObject[]>();
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const read = await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => store.get(key)));
    for (const { object, content } of read) {
      const { patientHash } = erasureReceiptSchema.parse(JSON.parse(Buffer.from(content).toString()));
      receipts.set(patientHash, [...(receipts.get(patientHash) ?? []), object]);
    }
  }
  return receipts;
}

/** Brings receipts of former releases into the present form. @returns how many */
export async function hashFormerReceipts(
  store: ObjectStore,
  pseudonyms: PseudonymHash,
  program: string,
): Promise<number> {
  let receipts = 0;
  for (;;) {
    const { items } = await store.listVersions(formerReceiptsPrefix(program), { limit: PAGE });
    if (items.length === 0) return receipts;
    for (const key of new Set(items.map((item) => item.key))) {
      if ((await store.head(key)) !== undefined) {
        const content: unknown = JSON.parse(Buffer.from((await store.get(key)).content).toString());
        const { patientSha256, ...rest } = formerReceiptSchema.parse(content);
        const hashed = { ...rest, patientHash: await pseudonyms.ofPlainHash(patientSha256) };
        await store.put(receiptKey(program, rest.receipt), Buffer.from(JSON.stringify(hashed)), {
          contentType: 'application/json',
        });
        receipts += 1;
      }
      await eraseObject(store, key);
    }
  }
}
