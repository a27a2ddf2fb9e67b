import { createHash } from 'node:crypto';
import { arrivedAfter } from '../exams/arrival-order.ts';
import { EXAM_LISTINGS } from '../exams/exam-listing.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ObjectStore, StoredObject } from '../ports/index.ts';
import { listPrograms } from '../programs/program-register.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import type { ErasableHome } from './erase-exam.ts';
import { eraseAgain } from './erase-patient.ts';
import { receiptKeys, receiptsByPatient } from './erasure-receipt.ts';

const PAGE = 1_000;
/**
 * Stands among the tombstones in place of a patient, none of whom can have this name, and says which receipts the table
 * was last held against. It is restored with the table: so an older table says fewer.
 */
const CHECKED = '.checked';

export interface RestoredOptions {
  readonly now: () => Date;
  /** Asked between two pages of exams: `false` ends the call, and the next one begins again. */
  readonly mayGoOn: () => boolean;
}

/** Whether one of its images is gone that had arrived before an erasure of its patient: then it was gone, too. */
async function isRestored(
  store: ObjectStore,
  { images }: ExamRecord,
  receipts: readonly StoredObject[],
): Promise<boolean> {
  for (const { key, versionId, order } of images) {
    if (receipts.every((receipt) => arrivedAfter(order, receipt))) continue;
    if ((await store.head(key, versionId ?? undefined)) === undefined) return true;
  }
  return false;
}

/** @returns patients whose exams came back; `undefined` if there was no time to look at all of them */
async function findRestored(
  home: ErasableHome,
  program: string,
  keys: readonly string[],
  mayGoOn: () => boolean,
): Promise<ReadonlySet<string> | undefined> {
  const receipts = await receiptsByPatient(home.objects, keys);
  const pseudonyms = new PseudonymHash(home.objects);
  const restored = new Set<string>();
  let cursor: string | undefined;
  do {
    if (!mayGoOn()) return undefined;
    const request = { listings: EXAM_LISTINGS, order: 'oldest-first', limit: PAGE, cursor } as const;
    const page = await home.exams.facts(program, request);
    for (const { patient, exam } of page.items) {
      const erasures = receipts.get(await pseudonyms.ofPatient(program, patient));
      if (erasures === undefined || restored.has(patient)) continue;
      const record = await home.exams.get({ program, patient, exam });
      if (record !== undefined && (await isRestored(home.objects, record, erasures))) restored.add(patient);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return restored;
}

/**
 * Erases patients again whom a restored exam table has brought back. Receipts of erasures lie in the object store, which
 * is not restored with the table; they name patients by keyed hashes, so every exam of the program is looked at. That is
 * done once after each erasure and each restore: a mark in the table tells which receipts it was held against.
 *
 * An exam came back if one of its images is gone from the store and arrived before a receipt of its patient. All exams of
 * that patient go; what the store has of their photographs came after the erasure, and is taken in again.
 *
 * @returns how many patients
 * @throws what the ports throw; what was begun is gone on with by `continueErasures`
 */
export async function eraseRestored(home: ErasableHome, options: RestoredOptions): Promise<number> {
  const { now, mayGoOn } = options;
  let patients = 0;
  let cursor: string | undefined;
  do {
    const page = await listPrograms(home.objects, { limit: PAGE, cursor });
    for (const program of page.items) {
      const keys = await receiptKeys(home.objects, program);
      const erasure = createHash('sha256').update(keys.join('\n')).digest('hex');
      if (keys.length === 0 || (await home.exams.latestErasure(program, CHECKED)) === erasure) continue;
      const restored = await findRestored(home, program, keys, mayGoOn);
      if (restored === undefined) return patients;
      for (const patient of restored) await eraseAgain(home, { program, patient, by: 'reconciler', now });
      await home.exams.putTombstone(program, CHECKED, { erasure, at: now() });
      patients += restored.size;
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return patients;
}
