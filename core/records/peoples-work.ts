import { type ExamImage, MOST_IMAGES, requestedImages } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';

/** What people have said of an exam: verdicts, and images that do not belong to it. */
export function peoplesWork(record: ExamRecord | undefined): readonly unknown[] {
  if (record === undefined) return [];
  return [...(record.reviews ?? []), ...record.images.flatMap(({ withdrawal }) => withdrawal ?? [])];
}

/** Whether a record holds what people have said of its exam. */
export function holdsPeoplesWork(record: ExamRecord): boolean {
  return peoplesWork(record).length > 0;
}

function isOfVersion(a: ExamImage, b: ExamImage): boolean {
  return a.key === b.key && a.versionId === b.versionId;
}

/** Images that were withdrawn stay so. Of those replaced, the oldest leave the list where it is full. */
function withWithdrawals(images: readonly ExamImage[], withdrawn: readonly ExamImage[]): ExamImage[] {
  const marked = images.map((image): ExamImage => {
    const said = withdrawn.find((one) => isOfVersion(one, image))?.withdrawal;
    return said === undefined ? image : { ...image, state: 'withdrawn', withdrawal: said };
  });
  const unlisted = withdrawn.filter((one) => !images.some((image) => isOfVersion(one, image)));
  const all = [...marked, ...unlisted];
  const surplus = Math.max(0, all.length - MOST_IMAGES);
  const forgotten = new Set(all.filter(({ state }) => state === 'replaced').slice(0, surplus));
  return all.filter((image) => !forgotten.has(image)).slice(0, MOST_IMAGES);
}

/**
 * A record with what people had said of the exam as another record of it tells: that one is of another moment, before the
 * table was restored or after. Verdicts are only ever added and an image that was withdrawn stays withdrawn, so both
 * records' hold, and it does not matter which is the newer.
 *
 * Where no image counts any more, the other record's answer holds: nothing is left to be screened.
 *
 * @returns the same record if the other one tells nothing more, or is of an exam that was erased since
 */
export function withPeoplesWork(record: ExamRecord, other: ExamRecord): ExamRecord {
  if (record.erasure !== other.erasure) return record;
  const given = record.reviews ?? [];
  // Both began alike: what only this record has was said after the restore.
  const reviews = [
    ...(other.reviews ?? []),
    ...given.filter(({ id }) => !(other.reviews ?? []).some((one) => one.id === id)),
  ];
  const withdrawn = other.images.filter(
    (image) =>
      image.withdrawal !== undefined &&
      !record.images.some((one) => one.withdrawal !== undefined && isOfVersion(one, image)),
  );
  if (reviews.length === given.length && withdrawn.length === 0) return record;
  const images = withWithdrawals(record.images, withdrawn);
  const merged = { ...record, images, ...(reviews.length === 0 ? {} : { reviews }) };
  if (withdrawn.length === 0 || [merged, other].some((one) => requestedImages(one).length > 0)) return merged;
  const { status, request, result, reading } = other;
  return { ...merged, status, request, result, ...(reading === undefined ? {} : { reading }) };
}
