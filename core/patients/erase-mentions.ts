import { readStoredJson } from '../documents/stored-json.ts';
import type { ExamImage } from '../exams/exam-image.ts';
import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type ExamResult, examResultSchema } from '../exams/exam-result.ts';
import { contentHolders } from '../identity/content-register.ts';
import { parseImageKey } from '../keys/image-key.ts';
import { IMAGE_METADATA } from '../keys/image-metadata.ts';
import { eraseFormerVersions, eraseVersion } from '../objects/erase-objects.ts';
import type { Home, ObjectStore } from '../ports/index.ts';
import { mentions, withoutMention } from '../pseudonyms/mentions.ts';
import { formerResultsOf } from '../records/former-results.ts';
import { keepRecord, keptRecordKey } from '../records/kept-record.ts';
import { updateExam } from '../records/update-exam.ts';

/** Stands in another patient's record for one who was erased. */
const NOBODY = '(erased)';
const PAGE = 100;
/** Doubts name patients so: see `core/names/image-doubts.ts` and `core/identity/arrival-doubts.ts`. */
const NAMED = /(?:for patient |patients: )([^:]+?)(?:, (?:left|right) eye)?\.?$/;

function examOfKey(key: string): ExamKey[] {
  try {
    return [parseImageKey(key).exam];
  } catch {
    return [];
  }
}

/** Patients whom doubts name besides the one whose image it is: its content was sent for them, too. */
function namedInDoubts(doubts: readonly string[]): string[] {
  return doubts.flatMap((doubt) => NAMED.exec(doubt)?.[1]?.split(', ') ?? []);
}

/**
 * Exams of others that may name a patient: an image was moved from one to the other, or both had the same content.
 */
export async function examsThatMayName(
  home: Pick<Home, 'objects' | 'exams'>,
  record: ExamRecord,
): Promise<readonly ExamKey[]> {
  const { program, patient } = record;
  const found = new Map<string, ExamKey>();
  const add = (key: ExamKey) => {
    if (key.patient !== patient && key.program === program) found.set(examName(key), key);
  };
  for (const { movedFrom, withdrawal, sha256, doubts = [] } of record.images) {
    if (movedFrom !== undefined) for (const key of examOfKey(movedFrom.key)) add(key);
    if (withdrawal?.movedTo !== undefined) add(withdrawal.movedTo);
    for (const { exam } of await contentHolders(home.objects, program, sha256)) add(exam);
    for (const named of namedInDoubts(doubts)) {
      if (named === patient || named.includes('/')) continue;
      const { items } = await home.exams.listByPatient(program, named, { limit: PAGE });
      for (const { exam } of items) add({ program, patient: named, exam });
    }
  }
  return [...found.values()];
}

function imageWithout(image: ExamImage, program: string, patient: string): ExamImage {
  const { movedFrom, withdrawal, doubts, ...rest } = image;
  const isFrom = movedFrom !== undefined && examOfKey(movedFrom.key).some((exam) => exam.patient === patient);
  const to = withdrawal?.movedTo;
  const { movedTo: _, ...said } = withdrawal ?? { at: '', by: '', reason: '' };
  const isTo = to !== undefined && to.program === program && to.patient === patient;
  return {
    ...rest,
    ...(movedFrom === undefined || isFrom ? {} : { movedFrom }),
    ...(withdrawal === undefined
      ? {}
      : {
          withdrawal: {
            ...(isTo ? said : withdrawal),
            reason: withoutMention(withdrawal.reason, patient, NOBODY),
          },
        }),
    ...(doubts === undefined
      ? {}
      : { doubts: doubts.map((doubt) => withoutMention(doubt, patient, NOBODY)) }),
  };
}

function resultWithout(result: ExamResult, patient: string): ExamResult {
  if (result.reasons === undefined) return result;
  const reasons = result.reasons.map((reason) =>
    reason.because === 'identity-doubt'
      ? { ...reason, doubt: withoutMention(reason.doubt, patient, NOBODY) }
      : reason,
  );
  return { ...result, reasons };
}

/** Another patient's record without the name of one who is erased; the same record if it does not name that one. */
export function recordWithout(record: ExamRecord, program: string, patient: string): ExamRecord {
  if (!mentions(JSON.stringify(record), patient)) return record;
  return {
    ...record,
    images: record.images.map((image) => imageWithout(image, program, patient)),
    result: record.result === null ? null : resultWithout(record.result, patient),
  };
}

/** Former results of another's exam say why they were decided, too: by whose content, where that was in doubt. */
async function eraseFromFormerResults(store: ObjectStore, exam: ExamKey, patient: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await store.list(formerResultsOf(exam), { limit: PAGE, cursor });
    for (const { key } of page.items) {
      const result = await readStoredJson(store, key, examResultSchema);
      if (result === undefined || !mentions(JSON.stringify(result), patient)) continue;
      const content = Buffer.from(JSON.stringify(resultWithout(result, patient)));
      await store.put(key, content, { contentType: 'application/json' });
      await eraseFormerVersions(store, key);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** What people have said of another's exam is kept as its record stood then. */
async function eraseFromKeptRecord(
  { objects, exams }: Pick<Home, 'objects' | 'exams'>,
  exam: ExamKey,
  patient: string,
): Promise<void> {
  const key = keptRecordKey(exam);
  const kept = await objects.head(key);
  const record = kept && (await exams.get(exam));
  if (record === undefined) return;
  // As it stands now it names only its own patient: it replaces all that was kept before.
  await keepRecord(objects, recordWithout(record, exam.program, patient));
  await eraseFormerVersions(objects, key);
}

/**
 * Former releases wrote into the metadata of a moved image where it came from, and metadata cannot be changed. An image
 * that counts is stored again without, and its exam is screened again as after any new upload; one that does not count
 * was sent for the erased patient and is of no use to the other: it goes.
 */
async function eraseFromMetadata(store: ObjectStore, image: ExamImage, patient: string): Promise<void> {
  const versionId = image.versionId ?? undefined;
  const object = await store.head(image.key, versionId);
  const said = object?.metadata[IMAGE_METADATA.movedFrom];
  if (object === undefined || said === undefined || !mentions(said, patient)) return;
  if (image.state === 'current') {
    const { content } = await store.get(image.key, { versionId });
    const { [IMAGE_METADATA.movedFrom]: _, ...metadata } = object.metadata;
    await store.put(image.key, content, { contentType: object.contentType, metadata });
  }
  await eraseVersion(store, image);
}

/** Takes the name of a patient out of the exams of others. @returns how many named it */
export async function eraseMentions(
  home: Pick<Home, 'objects' | 'exams'>,
  record: ExamRecord,
): Promise<number> {
  const { program, patient } = record;
  let named = 0;
  for (const key of await examsThatMayName(home, record)) {
    const before = await home.exams.get(key);
    if (before === undefined) continue;
    const isNamed = recordWithout(before, program, patient) !== before;
    // Before the record, which tells which images came from the patient.
    for (const image of before.images) {
      if (image.movedFrom !== undefined) await eraseFromMetadata(home.objects, image, patient);
    }
    await updateExam(home, key, (found) => found && recordWithout(found, program, patient));
    await eraseFromFormerResults(home.objects, key, patient);
    await eraseFromKeptRecord(home, key, patient);
    if (isNamed) named += 1;
  }
  return named;
}
