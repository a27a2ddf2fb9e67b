import { attemptsOfPatient } from '../attempts/attempt-note.ts';
import { RevisionConflictError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult, FeaturesReference } from '../exams/exam-result.ts';
import { formerResultsOf, formerResultsOfPatient, listFormerResults } from '../exams/former-results.ts';
import { keptRecordsOfPatient } from '../exams/kept-record.ts';
import { eraseFeatures } from '../features/erase-features.ts';
import { forgetContentOf } from '../identity/content-register.ts';
import { IMAGE_PREFIX } from '../keys/image-key.ts';
import type { Home, ObjectStore } from '../ports/index.ts';

/** What was erased of a patient. */
export interface Erasure {
  /** Exams, with their results, history and reviews. */
  readonly exams: number;
  readonly results: number;
  readonly reviews: number;
  /** Versions of photographs, delete markers included. */
  readonly images: number;
  /** Rows of features that were overwritten with zeros. */
  readonly features: number;
}

/** Writers of the same exam may come in between: its intake, a result on its way. */
const ATTEMPTS = 20;

async function eraseObjects(store: ObjectStore, prefix: string): Promise<number> {
  let erased = 0;
  for (;;) {
    // What was listed is gone by the next time: every listing begins anew.
    const { items } = await store.listVersions(prefix, { limit: 1_000 });
    if (items.length === 0) return erased;
    for (const { key, versionId } of items) {
      await (versionId === null ? store.delete(key) : store.deleteVersion(key, versionId));
    }
    erased += items.length;
  }
}

/** The patient's images, and what is registered of their contents. */
async function eraseImages(store: ObjectStore, program: string, patient: string): Promise<number> {
  const prefix = `${IMAGE_PREFIX}${program}/${patient}/`;
  let cursor: string | undefined;
  do {
    const page = await store.listVersions(prefix, { limit: 1_000, cursor });
    for (const version of page.items) if (!version.isDeleteMarker) await forgetContentOf(store, version);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return eraseObjects(store, prefix);
}

/** An image that was moved here lies under the name that it had before, too. */
async function eraseMoved(store: ObjectStore, { images }: ExamRecord): Promise<number> {
  const moved = images.flatMap(({ movedFrom }) => movedFrom ?? []);
  for (const { key, versionId } of moved) if (versionId !== null) await store.deleteVersion(key, versionId);
  return moved.length;
}

async function resultsOf(objects: ObjectStore, record: ExamRecord): Promise<ExamResult[]> {
  const former = await listFormerResults(objects, record);
  return record.result === null ? former : [record.result, ...former];
}

function featuresOf(results: readonly ExamResult[]): FeaturesReference[] {
  const places = results.flatMap((result) => result.features ?? []);
  return [...new Map(places.map((place) => [`${place.shard}#${place.row}`, place])).values()];
}

async function eraseExam(
  home: Pick<Home, 'objects' | 'exams' | 'vectors'>,
  found: ExamRecord,
): Promise<Erasure> {
  let features = 0;
  let record: ExamRecord | undefined = found;
  for (let attempt = 1; record !== undefined; attempt += 1) {
    const results = await resultsOf(home.objects, record);
    for (const place of featuresOf(results)) {
      if (await eraseFeatures(home.objects, place)) features += 1;
    }
    await home.vectors.remove(record.program, record.patient, [record.exam]);
    try {
      // Last, since only the record tells where the features lie.
      await home.exams.remove(record);
      // Once more: it may have been indexed in between. From now on indexing finds no record, and takes it out itself.
      await home.vectors.remove(record.program, record.patient, [record.exam]);
      await eraseObjects(home.objects, formerResultsOf(record));
      const images = await eraseMoved(home.objects, record);
      const { reviews = [] } = record;
      return { exams: 1, results: results.length, reviews: reviews.length, images, features };
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || attempt === ATTEMPTS) throw error;
      record = await home.exams.get(record);
    }
  }
  return { exams: 0, results: 0, reviews: 0, images: 0, features };
}

/**
 * Erases a patient: photographs in all versions, then features, those of the search index as well, then the exams that tell where both were. May be
 * repeated after an interruption, and does nothing to a patient who is not there. What is uploaded later is new.
 *
 * @returns what this call erased
 */
export async function erasePatient(
  home: Pick<Home, 'objects' | 'exams' | 'vectors'>,
  program: string,
  patient: string,
): Promise<Erasure> {
  let total: Erasure = {
    exams: 0,
    results: 0,
    reviews: 0,
    images: await eraseImages(home.objects, program, patient),
    features: 0,
  };
  for (;;) {
    const { items } = await home.exams.listByPatient(program, patient, { limit: 100 });
    if (items.length === 0) {
      // Whoever died between keeping a former result and dropping it has left one without a record.
      await eraseObjects(home.objects, formerResultsOfPatient(program, patient));
      await eraseObjects(home.objects, attemptsOfPatient(program, patient));
      await eraseObjects(home.objects, keptRecordsOfPatient(program, patient));
      return total;
    }
    for (const record of items) {
      const one = await eraseExam(home, record);
      total = {
        ...total,
        exams: total.exams + one.exams,
        images: total.images + one.images,
        results: total.results + one.results,
        reviews: total.reviews + one.reviews,
        features: total.features + one.features,
      };
    }
  }
}
