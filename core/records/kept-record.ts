import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamTable } from '../ports/exam-table.ts';
import type { ObjectStore, StoredObject } from '../ports/object-store.ts';

/** Every kept record begins so. */
export const KEPT_RECORDS_PREFIX = 'kept-records/';

/** Every kept record of a patient begins so. */
export function keptRecordsOfPatient(program: string, patient: string): string {
  return `${KEPT_RECORDS_PREFIX}${program}/${patient}/`;
}

/** @example keptRecordKey({ program: 'north', patient: 'P1', exam: '2026-05-01' }) // 'kept-records/north/P1/2026-05-01.json' */
export function keptRecordKey({ program, patient, exam }: ExamKey): string {
  return `${keptRecordsOfPatient(program, patient)}${exam}.json`;
}

/** What people have said of an exam: verdicts, and images that do not belong to it. */
function peoplesWork(record: ExamRecord | undefined): readonly unknown[] {
  if (record === undefined) return [];
  return [...(record.reviews ?? []), ...record.images.flatMap(({ withdrawal }) => withdrawal ?? [])];
}

/** Whether a record holds what people have said of its exam. */
export function holdsPeoplesWork(record: ExamRecord): boolean {
  return peoplesWork(record).length > 0;
}

/**
 * Keeps an exam's record in the object store as well. What the machine has found can be found again, but not what people
 * have said.
 */
export function keepRecord(
  store: Pick<ObjectStore, 'put'>,
  record: ExamRecord,
): Promise<Pick<StoredObject, 'key' | 'versionId'>> {
  return store.put(keptRecordKey(record), Buffer.from(JSON.stringify(record)), {
    contentType: 'application/json',
  });
}

/**
 * Keeps a record that was changed, if people have said something new of its exam. Of a patient who is erased at this
 * moment nothing stays: either the erasure finds what is kept, or it is seen here that the exam is gone.
 */
export async function keepPeoplesWork(
  home: {
    readonly exams: Pick<ExamTable, 'get'>;
    readonly objects: Pick<ObjectStore, 'put' | 'deleteVersion'>;
  },
  before: ExamRecord | undefined,
  saved: ExamRecord,
): Promise<void> {
  const [known, said] = [peoplesWork(before), peoplesWork(saved)];
  if (said.length === 0 || JSON.stringify(known) === JSON.stringify(said)) return;
  const { key, versionId } = await keepRecord(home.objects, saved);
  if (versionId !== null && (await home.exams.get(saved)) === undefined)
    await home.objects.deleteVersion(key, versionId);
}
