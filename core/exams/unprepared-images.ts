import type { ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';

/** The image of an exam that is this version; `undefined` if the exam does not list it. */
export function imageOfRecord(
  { images }: { readonly images: readonly ExamImage[] },
  { key, versionId, sha256 }: Pick<ImageVersion, 'key' | 'versionId'> & { readonly sha256?: string },
): ExamImage | undefined {
  return images.find(
    (image) =>
      image.key === key &&
      image.versionId === versionId &&
      (versionId !== null || sha256 === undefined || image.sha256 === sha256),
  );
}

/**
 * Images that an exam's screening is asked for with and that are not prepared under the request's contract yet: the worker
 * is told of none of them before all are.
 *
 * @returns none if nothing is asked
 */
export function unpreparedImages({
  status,
  images,
  request,
}: Pick<ExamRecord, 'status' | 'images' | 'request'>): readonly ExamImage[] {
  if (status !== 'screening' || request === null) return [];
  return request.images.flatMap((image) => {
    const found = imageOfRecord({ images }, image);
    return found === undefined || found.prepared?.contract === request.contract ? [] : [found];
  });
}
