import type { ExamRecord } from '../exams/exam-record.ts';
import { preparedKey } from '../keys/prepared-key.ts';
import type { Home } from '../ports/home.ts';
import { encodePreparedImage } from '../preparation/prepared-image.ts';
import { CONTRACT, preparedFacts } from './records.ts';

/** Has the images of an exam prepared: their facts are in its record, their files in the store. */
export async function withPreparedImages(
  home: Pick<Home, 'prepared'>,
  record: ExamRecord,
): Promise<ExamRecord> {
  const images = record.images.map((image) => {
    const prepared = { ...preparedFacts(image.laterality ?? 'left'), contract: CONTRACT };
    return { ...image, prepared };
  });
  for (const image of images) {
    const file = encodePreparedImage(image, { facts: image.prepared, pixels: null });
    await home.prepared.put(preparedKey(image, CONTRACT), file);
  }
  return { ...record, images };
}
