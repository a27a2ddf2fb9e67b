import { setTimeout as delay } from 'node:timers/promises';
import { PatientErasedError, RevisionConflictError } from '../errors.ts';
import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Home } from '../ports/home.ts';
import { droppedResults, keepFormerResults } from './former-results.ts';
import { keepPeoplesWork } from './kept-record.ts';

/** What a change of an exam touches: its record, and the store of its former results. */
export interface UpdatableHome {
  readonly exams: Pick<Home['exams'], 'get' | 'save'>;
  readonly objects: Pick<Home['objects'], 'put' | 'get' | 'deleteVersion'>;
}

/** Writers of one exam are its two eyes and its result: more conflicts than this in a row mean a fault. */
const ATTEMPTS = 20;

/**
 * Changes one exam by optimistic concurrency: reads it, applies a pure transition and writes it back on condition that
 * no other call wrote in between, else begins again.
 *
 * ```
 * A: read r3 ──────── write r4 if r3 ✓
 * B: read r3 ── … ─────────────────── write r4 if r3 ✗ ── read r4 ── write r5 if r4 ✓
 * ```
 *
 * A result that the change drops is kept in the object store first: a crash in between loses nothing. What
 * people have said of the exam is kept there too, once it holds.
 *
 * @param transition must have no effects: it may run several times. Returning the record it was given writes nothing.
 * @returns the record as it stands now
 * @throws RevisionConflictError if other writers won every time
 */
export async function updateExam(
  home: UpdatableHome,
  key: ExamKey,
  transition: (record: ExamRecord | undefined) => ExamRecord | undefined,
): Promise<ExamRecord | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const before = await home.exams.get(key);
    const after = transition(before);
    if (after === undefined || after === before) return before;
    await keepFormerResults(home.objects, key, droppedResults(before, after));
    const { formerResults: _, ...record } = after;
    let saved: ExamRecord;
    try {
      saved = await home.exams.save(record);
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || attempt >= ATTEMPTS) throw error;
      await delay(Math.min(5 * attempt, 50));
      continue;
    }
    await keepPeoplesWork(home, before, saved);
    return saved;
  }
}

/** A conflict of writers on one exam, for implementations of the table. */
export function revisionConflict(record: ExamRecord): RevisionConflictError {
  return new RevisionConflictError(
    `Exam ${examName(record)} was changed by another writer since revision ${record.revision} was read. Read it again.`,
  );
}

/** A new record of an exam whose patient was erased meanwhile, for implementations of the table. */
export function patientErased(record: ExamRecord): PatientErasedError {
  return new PatientErasedError(
    `Exam ${examName(record)} was not saved: its patient was erased after its images were looked at. Look at them again.`,
  );
}
