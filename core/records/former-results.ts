import { readStoredJson } from '../documents/stored-json.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type ExamResult, examResultSchema } from '../exams/exam-result.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** Every former result begins so. */
export const FORMER_RESULTS_PREFIX = 'results/';

/** Every former result of an exam begins so. */
export function formerResultsOf({ program, patient, exam }: ExamKey): string {
  return `${FORMER_RESULTS_PREFIX}${program}/${patient}/${exam}/`;
}

/**
 * Key of a result that is no longer its exam's. One request may have been answered again by another policy: each such
 * answer is a version of the object.
 *
 * @example formerResultKey({ program: 'north', patient: 'P1', exam: '2026-05-01' }, '3f9c…') // 'results/north/P1/2026-05-01/3f9c….json'
 */
export function formerResultKey(exam: ExamKey, requestId: string): string {
  return `${formerResultsOf(exam)}${requestId}.json`;
}

/** One answer, however often it is kept: to one request, by one policy, of one screening. */
function answerOf({ requestId, policy, screenedAt, outcome }: ExamResult): string {
  return JSON.stringify([requestId, policy, screenedAt, outcome]);
}

/** Results that a change of an exam's record would drop, the oldest first. */
export function droppedResults(before: ExamRecord | undefined, after: ExamRecord): readonly ExamResult[] {
  if (before === undefined) return [];
  const { result, formerResults = [] } = before;
  const dropped =
    result !== null && (after.result === null || answerOf(result) !== answerOf(after.result)) ? [result] : [];
  return [...formerResults.toReversed(), ...dropped];
}

/** Keeps results that are no longer their exam's. Keeping one twice does no harm. */
export async function keepFormerResults(
  store: Pick<ObjectStore, 'put'>,
  exam: ExamKey,
  results: readonly ExamResult[],
): Promise<void> {
  for (const result of results) {
    await store.put(formerResultKey(exam, result.requestId), Buffer.from(JSON.stringify(result)), {
      contentType: 'application/json',
    });
  }
}

/** An exam's former results, the newest first: those in the store, and those that a former record still carries. */
export async function listFormerResults(store: ObjectStore, record: ExamRecord): Promise<ExamResult[]> {
  const found = new Map((record.formerResults ?? []).map((result) => [answerOf(result), result]));
  let cursor: string | undefined;
  do {
    const page = await store.list(formerResultsOf(record), { limit: 100, cursor });
    const read = page.items.map(({ key }) => readStoredJson(store, key, examResultSchema));
    for (const result of await Promise.all(read)) {
      if (result !== undefined) found.set(answerOf(result), result);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  // A change that was repeated or lost may have kept the present one.
  if (record.result !== null) found.delete(answerOf(record.result));
  const at = (result: ExamResult) => result.rescored?.at ?? result.screenedAt;
  return [...found.values()].toSorted((a, b) => (at(a) < at(b) ? 1 : -1));
}

/** Every former result of a patient begins so. */
export function formerResultsOfPatient(program: string, patient: string): string {
  return `${FORMER_RESULTS_PREFIX}${program}/${patient}/`;
}
