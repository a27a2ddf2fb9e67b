import { untilUnchanged } from '../documents/change-stored.ts';
import { ObjectNotFoundError } from '../errors.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { examRecordOf } from '../exams/read-record.ts';
import type { ExamTable } from '../ports/exam-table.ts';
import type { ObjectStore, StoredObject } from '../ports/object-store.ts';
import { peoplesWork, withPeoplesWork } from './peoples-work.ts';

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

/** Reads a kept record of any release. @returns `undefined` if none is kept; `record` is `null` if it cannot be read */
export async function readKeptRecord(
  store: Pick<ObjectStore, 'get'>,
  key: string,
): Promise<{ readonly versionId: string | null; readonly record: ExamRecord | null } | undefined> {
  try {
    const { object, content } = await store.get(key);
    return { versionId: object.versionId, record: keptRecordIn(content) };
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
}

function keptRecordIn(content: Uint8Array): ExamRecord | null {
  try {
    return examRecordOf(JSON.parse(Buffer.from(content).toString()));
  } catch {
    return null;
  }
}

/**
 * Keeps an exam's record in the object store as well. What the machine has found can be found again, but not what people
 * have said.
 *
 * @param over the version that it is to take the place of, `null` if there is to be none; any if left out
 */
export function keepRecord(
  store: Pick<ObjectStore, 'put'>,
  record: ExamRecord,
  over?: Pick<StoredObject, 'versionId'> | null,
): Promise<Pick<StoredObject, 'key' | 'versionId'>> {
  return store.put(keptRecordKey(record), Buffer.from(JSON.stringify(record)), {
    contentType: 'application/json',
    ...(over === null ? { ifAbsent: true } : {}),
    ...(over?.versionId == null ? {} : { ifLatest: over.versionId }),
  });
}

/** Where an exam's record stands, and where it is kept besides. */
export interface KeepingHome {
  readonly exams: Pick<ExamTable, 'get'>;
  readonly objects: Pick<ObjectStore, 'put' | 'get' | 'deleteVersion'>;
}

/**
 * Keeps an exam's record as it stands now, with what people had said of it as it was kept before: a table that was restored
 * may lack it. Each is written over just the version that was read, and again where the record was changed meanwhile: so a
 * writer who was held up between reading and writing never puts back an older record.
 *
 * Of a patient who is erased at this moment nothing stays: either the erasure finds what is kept, or it is seen here that
 * the exam is gone.
 *
 * @param change of what is kept, without effects
 */
export async function keepAsItStands(
  home: KeepingHome,
  exam: ExamKey,
  change: (record: ExamRecord) => ExamRecord = (record) => record,
): Promise<void> {
  const { exams, objects } = home;
  await untilUnchanged(async () => {
    // Before the record is read: a writer who reads it later finds another version, and writes later.
    const kept = await readKeptRecord(objects, keptRecordKey(exam));
    const record = await exams.get(exam);
    if (record === undefined) return;
    const merged = kept?.record == null ? record : withPeoplesWork(record, kept.record);
    const { key, versionId } = await keepRecord(objects, change(merged), kept ?? null);
    const after = await exams.get(exam);
    if (after?.revision === record.revision && after.erasure === record.erasure) return;
    // What was just kept may say what was taken out of the record since.
    if (after !== undefined) await keepAsItStands(home, exam, change);
    if (versionId !== null) await objects.deleteVersion(key, versionId);
  });
}

/** Keeps a record that was changed, if people have said something new of its exam. */
export async function keepPeoplesWork(
  home: KeepingHome,
  before: ExamRecord | undefined,
  saved: ExamRecord,
): Promise<void> {
  const [known, said] = [peoplesWork(before), peoplesWork(saved)];
  if (said.length === 0 || JSON.stringify(known) === JSON.stringify(said)) return;
  await keepAsItStands(home, saved);
}
