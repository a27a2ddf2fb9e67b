import { type ExamImage, type ImageAnnouncement, MOST_IMAGES } from './exam-image.ts';
import type { ExamKey } from './exam-key.ts';
import type { ExamRecord } from './exam-record.ts';
import { type ExpectedImages, mergeExpected } from './expected-images.ts';
import type { ImageVersion } from './image-version.ts';
import type { Laterality } from './laterality.ts';

/** A photograph that has arrived. */
export interface ReceivedImage extends Partial<ImageAnnouncement> {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  readonly image: ImageVersion;
  /** How many images of each eye the uploader announced. */
  readonly expected: ExpectedImages;
  /** What is in doubt about whose it is. */
  readonly doubts?: readonly string[];
}

function newRecord(received: ReceivedImage, now: Date, pairingWindowSeconds: number): ExamRecord {
  return {
    schema: 'exam/2',
    ...received.exam,
    revision: 0,
    status: 'registered',
    expected: received.expected,
    images: [],
    pairingDeadline: new Date(now.getTime() + pairingWindowSeconds * 1000).toISOString(),
    request: null,
    result: null,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  };
}

function sameVersion(a: ImageVersion, b: ImageVersion): boolean {
  return a.key === b.key && a.versionId === b.versionId && a.order === b.order;
}

function arrived({ image, laterality, field, takenOn, movedFrom, doubts = [] }: ReceivedImage): ExamImage {
  return {
    ...image,
    laterality,
    field: field ?? null,
    state: 'current',
    ...(takenOn === undefined ? {} : { takenOn }),
    ...(movedFrom === undefined ? {} : { movedFrom }),
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
  };
}

/** Those that count and those that were withdrawn stay; of the replaced ones the oldest are forgotten first. */
function remembered(images: readonly ExamImage[]): ExamImage[] {
  const replaced = images.filter(({ state }) => state === 'replaced');
  const kept = images.filter(({ state }) => state !== 'replaced');
  const newest = replaced.toSorted((a, b) => (a.order < b.order ? 1 : -1));
  return [...kept, ...newest.slice(0, Math.max(0, MOST_IMAGES - kept.length))].slice(0, MOST_IMAGES);
}

/**
 * Adds a photograph to its exam. Of each eye the newest photograph counts, by the order of arrival in the store, so
 * events may come twice and in any order with the same end.
 *
 * ```
 * event v1 ──────────────▶ left v1 current
 * event v2 ──────────────▶ left v2 current, v1 replaced
 * event v1 again, late ──▶ nothing changes: v1 is known
 * ```
 *
 * @returns the same record if nothing is new
 */
export function receiveImage(
  record: ExamRecord | undefined,
  received: ReceivedImage,
  now: Date,
  pairingWindowSeconds: number,
): ExamRecord {
  const exam = record ?? newRecord(received, now, pairingWindowSeconds);
  const isOfEye = (image: ExamImage) => image.state === 'current' && image.laterality === received.laterality;
  if (exam.images.some((image) => sameVersion(image, received.image))) return exam;
  const newest = exam.images.filter(isOfEye).reduce((most, { order }) => (most > order ? most : order), '');
  const isNewest = newest < received.image.order;
  const before = exam.images.map(
    (image): ExamImage => (isNewest && isOfEye(image) ? { ...image, state: 'replaced' } : image),
  );
  const added: ExamImage = { ...arrived(received), state: isNewest ? 'current' : 'replaced' };
  return {
    ...exam,
    expected: mergeExpected(exam.expected, received.expected),
    images: remembered([...before, added]),
    updatedAt: now.toISOString(),
  };
}
