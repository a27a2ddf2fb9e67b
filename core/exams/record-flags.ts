import type { ExamRecord } from './exam-record.ts';
import { isNewestImageUncertain } from './receive-image.ts';

/** What is in doubt about whose the images that count are, each doubt once. */
export function doubtsOf({ images }: Pick<ExamRecord, 'images'>): readonly string[] {
  const current = images.filter(({ state }) => state === 'current');
  return [...new Set(current.flatMap(({ doubts = [] }) => doubts))];
}

/** Remarks on an exam's result that its record calls for. */
export function flagsOf(record: Pick<ExamRecord, 'images'>): readonly string[] {
  const has = (state: string) => record.images.some((image) => image.state === state);
  return [
    ...(has('replaced') ? ['image-replaced'] : []),
    ...(has('withdrawn') ? ['image-withdrawn'] : []),
    ...(isNewestImageUncertain(record) ? ['newest-image-uncertain'] : []),
    ...(doubtsOf(record).length > 0 ? ['identity-doubt'] : []),
  ];
}
