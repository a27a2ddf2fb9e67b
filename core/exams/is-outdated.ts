import { requestedImages } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';

const versionsOf = (images: readonly ImageVersion[]) =>
  JSON.stringify(images.map(({ key, versionId, sha256 }) => [key, versionId, sha256].join('#')).toSorted());

/** `true` if an exam was asked for, or answered, with other images than count now. */
export function isOutdated(record: Pick<ExamRecord, 'status' | 'request' | 'images'>): boolean {
  const { status, request } = record;
  if (status === 'registered' || request === null) return false;
  return versionsOf(request.images) !== versionsOf(requestedImages(record));
}
