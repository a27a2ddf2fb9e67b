import { type Erased, NOTHING_ERASED, plus } from '../erasures/erasure-record.ts';
import { RevisionConflictError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult, FeaturesReference } from '../exams/exam-result.ts';
import { preparedVersionPrefix } from '../keys/prepared-key.ts';
import { eraseObjects } from '../objects/erase-objects.ts';
import type { Home, ObjectStore } from '../ports/index.ts';
import { formerResultsOf, listFormerResults } from '../records/former-results.ts';
import { eraseMentions } from './erase-mentions.ts';

/** Writers of the same exam may come in between: its intake, a result on its way. */
const ATTEMPTS = 20;

export type ErasableHome = Pick<Home, 'objects' | 'prepared' | 'features' | 'exams' | 'vectors' | 'traces'>;

/** An image that was moved here lies under the name that it had before, too. */
async function eraseMoved(
  { objects, prepared }: Pick<Home, 'objects' | 'prepared'>,
  { images }: ExamRecord,
): Promise<number> {
  const moved = images.flatMap(({ movedFrom }) => movedFrom ?? []);
  for (const { key, versionId } of moved) {
    if (versionId === null) continue;
    await objects.deleteVersion(key, versionId);
    await prepared.removeAll(preparedVersionPrefix({ key, versionId }));
  }
  return moved.length;
}

/** An exam's result and its former ones. */
export async function resultsOf(objects: ObjectStore, record: ExamRecord): Promise<ExamResult[]> {
  const former = await listFormerResults(objects, record);
  return record.result === null ? former : [record.result, ...former];
}

function featuresOf(results: readonly ExamResult[]): FeaturesReference[] {
  const places = results.flatMap((result) => result.features ?? []);
  return [...new Map(places.map((place) => [`${place.shard}#${place.row}`, place])).values()];
}

/**
 * Erases an exam: the rows of features that its results name, what names the patient in others' exams, its place in the
 * search index, its record and its former results.
 */
export async function eraseExam(home: ErasableHome, found: ExamRecord): Promise<Erased> {
  let erased = NOTHING_ERASED;
  let record: ExamRecord | undefined = found;
  for (let attempt = 1; record !== undefined; attempt += 1) {
    const results = await resultsOf(home.objects, record);
    for (const place of featuresOf(results)) {
      if ((await home.features.erase(place)) === 'erased') erased = plus(erased, { features: 1 });
    }
    erased = plus(erased, { mentions: await eraseMentions(home, record) });
    const images = await eraseMoved(home, record);
    await home.vectors.remove(record.program, record.patient, [record.exam]);
    try {
      // Last, since only the record tells where the rest lies.
      await home.exams.remove(record);
      const { reviews = [] } = record;
      const counts = { exams: 1, results: results.length, reviews: reviews.length, images };
      await eraseObjects(home.objects, formerResultsOf(record));
      return plus(erased, counts);
    } catch (error) {
      if (!(error instanceof RevisionConflictError) || attempt === ATTEMPTS) throw error;
      record = await home.exams.get(record);
    }
  }
  return erased;
}
