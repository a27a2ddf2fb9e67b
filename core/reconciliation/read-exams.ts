import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { checkTableIsReachable } from './reachable.ts';
import type { Sweep } from './sweep.ts';

/** An exam's record, as far as it can be read. `undefined`: there is none. `null`: it is damaged, and was shown. */
export type FoundRecord = ExamRecord | undefined | null;

/**
 * Reads exams' records one by one: a damaged one hides no other.
 *
 * @returns them in the order of the keys
 * @throws what the table throws if it cannot be reached
 */
export function readExams(sweep: Sweep, keys: readonly ExamKey[]): Promise<FoundRecord[]> {
  return sweep.each(keys, async (key): Promise<FoundRecord> => {
    try {
      return await sweep.home.exams.get(key);
    } catch {
      await checkTableIsReachable(sweep);
      sweep.show('record-unreadable', examName(key));
      return null;
    }
  });
}
