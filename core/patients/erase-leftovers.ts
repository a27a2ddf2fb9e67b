import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { attemptsOfPatient } from '../attempts/attempt-note.ts';
import { readStoredJson } from '../documents/stored-json.ts';
import { type Erased, type ErasureRecord, NOTHING_ERASED, plus } from '../erasures/erasure-record.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type ExamResult, examResultSchema } from '../exams/exam-result.ts';
import { eraseFromJobs } from '../jobs/erase-from-jobs.ts';
import { preparedPrefixOf } from '../keys/prepared-key.ts';
import { eraseObject } from '../objects/erase-objects.ts';
import type { FeatureRow, FeatureStore, ObjectStore } from '../ports/index.ts';
import { forgetInReconciliations } from '../reconciliation/forget-patient.ts';
import { ReconciliationBusyError } from '../reconciliation/stored-record.ts';
import { formerResultsOfPatient } from '../records/former-results.ts';
import { KEPT_RECORDS_PREFIX, keptRecordsOfPatient } from '../records/kept-record.ts';
import { eraseAnswers } from './erase-answers.ts';
import { type ErasableHome, resultsOf } from './erase-exam.ts';
import { forgetContents } from './erase-images.ts';
import { eraseMoves } from './erase-moves.ts';

const PAGE = 1_000;
const ATTEMPTS = 20;

/** An exam that came after the erasure, with everything that it names. */
interface LaterExam {
  readonly record: ExamRecord;
  readonly results: readonly ExamResult[];
}
type LaterExams = ReadonlyMap<string, LaterExam>;

async function laterExams(home: ErasableHome, program: string, patient: string): Promise<LaterExams> {
  const later = new Map<string, LaterExam>();
  let cursor: string | undefined;
  do {
    const page = await home.exams.listByPatient(program, patient, { limit: 100, cursor });
    for (const record of page.items) {
      later.set(record.exam, { record, results: await resultsOf(home.objects, record) });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return later;
}

/** Whether a later exam names the row, or may still: its request is being answered. */
function isRowOf({ exam, requestId, place }: FeatureRow, later: LaterExams): boolean {
  const found = later.get(exam.exam);
  if (found === undefined) return false;
  const named = found.results.some(
    ({ features }) => features?.shard === place.shard && features.row === place.row,
  );
  return named || found.record.request?.requestId === requestId;
}

/** A row whose shard is not there may be about to be stored: it stays listed until late writers have ended. */
async function eraseRows(
  features: FeatureStore,
  { program, patient }: ErasureRecord,
  later: LaterExams,
  isLastLook: boolean,
): Promise<number> {
  let erased = 0;
  for await (const row of features.rowsOf(program, patient)) {
    if (isRowOf(row, later)) continue;
    const found = await features.erase(row.place);
    if (found === 'erased') erased += 1;
    if (found !== 'absent' || isLastLook) await features.forget(row);
  }
  return erased;
}

/** A later exam's former results are of versions of images that it lists; those of the erased exam are of others. */
function isResultOf(result: ExamResult, { record }: LaterExam): boolean {
  const versions = new Set(record.images.map(({ key, versionId }) => `${key}#${versionId}`));
  const shown = [result.eyes.left, result.eyes.right].flatMap((eye) => (eye === null ? [] : [eye.image]));
  return shown.every(({ key, versionId }) => versions.has(`${key}#${versionId}`));
}

async function eraseResults(store: ObjectStore, program: string, patient: string, later: LaterExams) {
  const prefix = formerResultsOfPatient(program, patient);
  const keys = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await store.listVersions(prefix, { limit: PAGE, cursor });
    for (const { key } of page.items) keys.add(key);
    cursor = page.cursor;
  } while (cursor !== undefined);
  let erased = 0;
  for (const key of keys) {
    const exam = later.get(key.slice(prefix.length).split('/')[0] ?? '');
    const result = exam && (await readStoredJson(store, key, examResultSchema));
    if (exam !== undefined && result !== undefined && isResultOf(result, exam)) continue;
    await eraseObject(store, key);
    erased += 1;
  }
  return erased;
}

/** What is kept of people's work on an exam, and notes about attempts to screen it; of a later exam its own stay. */
async function eraseNotes(
  store: ObjectStore,
  { program, patient }: ErasureRecord,
  later: LaterExams,
): Promise<void> {
  for (const prefix of [keptRecordsOfPatient(program, patient), attemptsOfPatient(program, patient)]) {
    let cursor: string | undefined;
    const keys = new Set<string>();
    do {
      const page = await store.listVersions(prefix, { limit: PAGE, cursor });
      for (const { key } of page.items) keys.add(key);
      cursor = page.cursor;
    } while (cursor !== undefined);
    for (const key of keys) {
      const [name = ''] = key.slice(prefix.length).split('/');
      const exam = later.get(name) ?? later.get(name.replace(/\.json$/, ''));
      if (exam === undefined || !(await isOfExam(store, key, exam))) await eraseObject(store, key);
    }
  }
}

const ofErasureSchema = z.looseObject({ erasure: z.string().optional() });

/** A kept record says which erasure its exam came after; a note about an attempt is named by its request. */
async function isOfExam(store: ObjectStore, key: string, { record }: LaterExam): Promise<boolean> {
  if (!key.startsWith(KEPT_RECORDS_PREFIX)) return key.includes(`/${record.request?.requestId}.`);
  return (await readStoredJson(store, key, ofErasureSchema))?.erasure === record.erasure;
}

/** A reconciliation that runs writes down where it stands every few moments. */
async function forgetFindings(store: ObjectStore, program: string, patient: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await forgetInReconciliations(store, program, patient);
    } catch (error) {
      if (!(error instanceof ReconciliationBusyError) || attempt === ATTEMPTS) throw error;
      await delay(20 * attempt);
    }
  }
}

/**
 * Removes what of an erased patient lies in places that no record names, or that late writers have left behind: a writer
 * that had read an exam before its erasure may still have written features, results, an entry of the register of contents or
 * of the search index, a message or an event. What belongs to an exam that came after the erasure stays.
 *
 * @param isLastLook late writers have ended
 */
export async function eraseLeftovers(
  home: ErasableHome,
  erasure: ErasureRecord,
  isLastLook: boolean,
): Promise<Erased> {
  const { objects } = home;
  const { program, patient, contents } = erasure;
  const later = await laterExams(home, program, patient);
  const gone = erasure.exams.filter((exam) => !later.has(exam));
  const keys = erasure.exams.map((exam): ExamKey => ({ program, patient, exam }));
  const features = await eraseRows(home.features, erasure, later, isLastLook);
  const results = await eraseResults(objects, program, patient, later);
  await eraseNotes(objects, erasure, later);
  await forgetContents(objects, keys, contents, (exam, sha256) =>
    (later.get(exam)?.record.images ?? []).some((image) => image.sha256 === sha256),
  );
  await eraseMoves(objects, program, patient);
  // Whoever prepared a photograph that was gone takes it back, unless it died before. A later exam's are made again.
  if (isLastLook) await home.prepared.removeAll(preparedPrefixOf({ program, patient }));
  await home.vectors.remove(program, patient, gone);
  const until = later.size === 0 ? undefined : new Date(erasure.seenAt);
  const answers = await eraseAnswers(objects, program, patient, until);
  const jobLines = await eraseFromJobs(objects, program, patient);
  await forgetFindings(objects, program, patient);
  const traces = await home.traces.erase(program, patient, new Set(later.keys()));
  return plus(NOTHING_ERASED, { features, results, answers, jobLines, ...traces });
}
