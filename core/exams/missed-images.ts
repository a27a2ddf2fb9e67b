import type { ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';

/** How often the pixels of an image are made again before somebody is told. */
export const MOST_ROUNDS = 3;

type Version = Pick<ImageVersion, 'key' | 'versionId'>;

/** An exam some of whose images have to be prepared again. */
export interface Missed {
  readonly record: ExamRecord;
  /** `true` if the pixels of one were made {@link MOST_ROUNDS} times in vain. Its count begins at 0 again. */
  readonly isGivenUp: boolean;
}

/**
 * Notes which images of an exam's open request lack pixels, so that they are prepared again. Images that the request does not
 * name change nothing.
 */
export function missImages(record: ExamRecord, versions: readonly Version[], now: Date): Missed {
  const { status, request } = record;
  if (status !== 'screening' || request === null) return { record, isGivenUp: false };
  const isOne = (image: Version) => (one: Version) =>
    one.key === image.key && one.versionId === image.versionId;
  let isGivenUp = false;
  const images = record.images.map((image): ExamImage => {
    if (!versions.some(isOne(image)) || !request.images.some(isOne(image))) return image;
    // Being made: several messages may have missed the same pixels.
    if (image.prepared === undefined) return image;
    const { prepared: _, missed = 0, ...rest } = image;
    if (missed < MOST_ROUNDS) return { ...rest, missed: missed + 1 };
    isGivenUp = true;
    return rest;
  });
  if (images.every((image, index) => image === record.images[index])) return { record, isGivenUp: false };
  return { record: { ...record, images, updatedAt: now.toISOString() }, isGivenUp };
}
