import type { ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { isNewestImageUncertain } from './receive-image.ts';

/** What is in doubt about whose the images that count are, each doubt once. */
export function doubtsOf({ images }: Pick<ExamRecord, 'images'>): readonly string[] {
  const current = images.filter(({ state }) => state === 'current');
  return [...new Set(current.flatMap(({ doubts = [] }) => doubts))];
}

/** The same content sent again, as to put right a lost one, replaces nothing that anybody could see. */
function isReplaced(image: ExamImage, { images }: Pick<ExamRecord, 'images'>): boolean {
  const { laterality, sha256 } = image;
  const isSame = (other: ExamImage) =>
    other.state === 'current' && other.laterality === laterality && other.sha256 === sha256;
  return image.state === 'replaced' && !images.some(isSame);
}

/** Remarks on an exam's result that its record calls for. */
export function flagsOf(record: Pick<ExamRecord, 'images'>): readonly string[] {
  return [
    ...(record.images.some((image) => isReplaced(image, record)) ? ['image-replaced'] : []),
    ...(record.images.some(({ state }) => state === 'withdrawn') ? ['image-withdrawn'] : []),
    ...(isNewestImageUncertain(record) ? ['newest-image-uncertain'] : []),
    ...(doubtsOf(record).length > 0 ? ['identity-doubt'] : []),
  ];
}
