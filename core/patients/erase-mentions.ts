import { changeStored, untilUnchanged } from '../documents/change-stored.ts';
import { parseStoredJson } from '../documents/stored-json.ts';
import { ObjectNotFoundError } from '../errors.ts';
import type { ExamImage } from '../exams/exam-image.ts';
import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { type ExamResult, examResultSchema } from '../exams/exam-result.ts';
import { contentHolders } from '../identity/content-register.ts';
import { parseImageKey } from '../keys/image-key.ts';
import { IMAGE_METADATA } from '../keys/image-metadata.ts';
import { eraseFormerVersions, eraseVersion } from '../objects/erase-objects.ts';
import type { Home, ObjectStore, PutOptions, StoredObject } from '../ports/index.ts';
import { mentions, withoutMention } from '../pseudonyms/mentions.ts';
import { formerResultsOf } from '../records/former-results.ts';
import { keepAsItStands, keptRecordKey } from '../records/kept-record.ts';
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
  const { images, result, formerResults } = record;
  return {
    ...record,
    images: images.map((image) => imageWithout(image, program, patient)),
    result: result === null ? null : resultWithout(result, patient),
    ...(formerResults && { formerResults: formerResults.map((former) => resultWithout(former, patient)) }),
  };
}

function formerResultWithout(key: string, text: string, patient: string): string {
  if (!mentions(text, patient)) return text;
  const result = parseStoredJson(key, text, examResultSchema);
  return JSON.stringify(resultWithout(result, patient));
}

/** Former results of another's exam say why they were decided, too: by whose content, where that was in doubt. */
async function eraseFromFormerResults(store: ObjectStore, exam: ExamKey, patient: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await store.list(formerResultsOf(exam), { limit: PAGE, cursor });
    for (const { key } of page.items) {
      // Also where the name is gone already: an earlier attempt may have ended before the versions with it were removed.
      if (await changeStored(store, key, (text) => formerResultWithout(key, text, patient)))
        await eraseFormerVersions(store, key);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** What people have said of another's exam is kept as its record stood then: it is kept as it stands now, without the name. */
async function eraseFromKeptRecord(
  home: Pick<Home, 'objects' | 'exams'>,
  exam: ExamKey,
  patient: string,
): Promise<void> {
  const key = keptRecordKey(exam);
  if ((await home.objects.head(key)) === undefined) return;
  await keepAsItStands(home, exam, (record) => recordWithout(record, exam.program, patient));
  await eraseFormerVersions(home.objects, key);
}

/** Over which version an image that counts is stored again; `null` if a newer one has come that is to count instead. */
async function placeToStoreAgain(
  store: ObjectStore,
  { key, versionId }: ExamImage,
  images: readonly ExamImage[],
): Promise<Pick<PutOptions, 'ifAbsent' | 'ifLatest'> | null> {
  const latest = await store.head(key);
  if (latest === undefined) return { ifAbsent: true };
  if (latest.versionId === null) return {};
  const isKnown = images.some((image) => image.key === key && image.versionId === latest.versionId);
  return latest.versionId === versionId || isKnown ? { ifLatest: latest.versionId } : null;
}

async function storeAgain(
  store: ObjectStore,
  image: ExamImage,
  images: readonly ExamImage[],
  { metadata, contentType }: StoredObject,
): Promise<void> {
  const { [IMAGE_METADATA.movedFrom]: _, ...kept } = metadata;
  try {
    const { content } = await store.get(image.key, { versionId: image.versionId ?? undefined });
    await untilUnchanged(async () => {
      const place = await placeToStoreAgain(store, image, images);
      if (place !== null) await store.put(image.key, content, { contentType, metadata: kept, ...place });
    });
  } catch (error) {
    // Another erasure in the same moment has stored it again.
    if (!(error instanceof ObjectNotFoundError)) throw error;
  }
}

/**
 * Former releases wrote into the metadata of a moved image where it came from, and metadata cannot be changed. An image
 * that counts is stored again without, and its exam is screened again as after any new upload; one that does not count
 * was sent for the erased patient and is of no use to the other: it goes. So does one over which a newer one was sent.
 */
async function eraseFromMetadata(
  store: ObjectStore,
  image: ExamImage,
  images: readonly ExamImage[],
  patient: string,
): Promise<void> {
  const versionId = image.versionId ?? undefined;
  const object = await store.head(image.key, versionId);
  const said = object?.metadata[IMAGE_METADATA.movedFrom];
  if (object === undefined || said === undefined || !mentions(said, patient)) return;
  if (image.state === 'current') await storeAgain(store, image, images, object);
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
      if (image.movedFrom !== undefined) await eraseFromMetadata(home.objects, image, before.images, patient);
    }
    await updateExam(home, key, (found) => found && recordWithout(found, program, patient));
    await eraseFromFormerResults(home.objects, key, patient);
    await eraseFromKeptRecord(home, key, patient);
    if (isNamed) named += 1;
  }
  return named;
}
