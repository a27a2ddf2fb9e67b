import { isDeepStrictEqual } from 'node:util';
import { InvalidInputError } from '../errors.ts';
import { isNewestUncertain, newestFirst, newestOf } from './arrival-order.ts';
import {
  currentImages,
  type ExamImage,
  type ImageAnnouncement,
  MOST_CURRENT_IMAGES,
  MOST_IMAGES,
} from './exam-image.ts';
import { type ExamKey, examName } from './exam-key.ts';
import type { ExamRecord } from './exam-record.ts';
import { type ExpectedImages, mergeExpected } from './expected-images.ts';
import { imageName } from './image-name.ts';
import type { ImageVersion } from './image-version.ts';
import { LATERALITIES, type Laterality } from './laterality.ts';
import type { PreparedFacts } from './prepared-facts.ts';

/** A photograph that has arrived. */
export interface ReceivedImage extends Partial<ImageAnnouncement> {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
  readonly image: ImageVersion;
  /** How many images of each eye the uploader announced. */
  readonly expected: ExpectedImages;
  /** What is in doubt about whose it is. */
  readonly doubts?: readonly string[];
  /** What preparation found of it. */
  readonly prepared: PreparedFacts;
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
  return a.key === b.key && (a.versionId === null ? a.order === b.order : a.versionId === b.versionId);
}

function arrived(received: ReceivedImage): ExamImage {
  const { image, laterality, field, takenOn, movedFrom, doubts = [], prepared } = received;
  return {
    ...image,
    laterality,
    field: field ?? null,
    state: 'current',
    ...(takenOn === undefined ? {} : { takenOn }),
    ...(movedFrom === undefined ? {} : { movedFrom }),
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
    prepared,
  };
}

/** Notes what was found of an image that the exam has. */
export function withPrepared(
  exam: ExamRecord,
  known: ExamImage,
  prepared: PreparedFacts,
  now: Date,
): ExamRecord {
  if (isDeepStrictEqual(known.prepared, prepared)) return exam;
  const images = exam.images.map((image) => (image === known ? { ...image, prepared } : image));
  return { ...exam, images, updatedAt: now.toISOString() };
}

/** Those that count and those that were withdrawn stay; of the replaced ones the oldest are forgotten first. */
function remembered(images: readonly ExamImage[]): ExamImage[] {
  const replaced = images.filter(({ state }) => state === 'replaced');
  const kept = images.filter(({ state }) => state !== 'replaced');
  return [...kept, ...newestFirst(replaced).slice(0, Math.max(0, MOST_IMAGES - kept.length))];
}

function isOfEye(image: ExamImage, laterality: Laterality): boolean {
  return image.laterality === laterality && image.state !== 'withdrawn';
}

/**
 * Of the images that have the added one's eye and name, lets the newest count. A name whose image was withdrawn gets back
 * none of the older.
 */
function withNewestCurrent(images: readonly ExamImage[], added: ExamImage, laterality: Laterality) {
  const name = imageName(added.key);
  const ofName = images.filter((image) => isOfEye(image, laterality) && imageName(image.key) === name);
  const newest = newestOf(ofName);
  const hadOne = ofName.some((image) => image !== added && image.state === 'current');
  return images.map((image): ExamImage => {
    if (!ofName.includes(image)) return image;
    const counts = image === newest && (hadOne || image === added);
    const state = counts ? 'current' : 'replaced';
    return image.state === state ? image : { ...image, state };
  });
}

/** @throws InvalidInputError if the image that was added is one too many */
function requireRoom(images: readonly ExamImage[], { exam, laterality, image }: ReceivedImage): void {
  const refuse = (why: string): never => {
    throw new InvalidInputError(
      `Photograph "${image.key}" was not taken into exam ${examName(exam)}: ${why} Withdraw one that is not needed (retclip patient withdraw-image) and send this message again, or upload the photograph under the name of one that it is to replace.`,
    );
  };
  if (currentImages(images, laterality).length > MOST_CURRENT_IMAGES)
    refuse(`its ${laterality} eye has ${MOST_CURRENT_IMAGES} images, and no eye may have more.`);
  if (images.filter(({ state }) => state !== 'replaced').length > MOST_IMAGES)
    refuse(`it lists ${MOST_IMAGES} images that count or were withdrawn, and no exam may have more.`);
}

/** Says on the answer that an exam has already that a newer image may have been passed over. */
function withUncertainty(record: ExamRecord): ExamRecord {
  const { result } = record;
  const flag = 'newest-image-uncertain';
  if (result === null || result.flags.includes(flag) || !isNewestImageUncertain(record)) return record;
  return { ...record, result: { ...result, flags: [...result.flags, flag] } };
}

/** `true` if it cannot be known which image of one eye and one name is the newest. */
export function isNewestImageUncertain({ images }: Pick<ExamRecord, 'images'>): boolean {
  return LATERALITIES.some((laterality) => {
    const ofEye = images.filter((image) => isOfEye(image, laterality));
    return [...Map.groupBy(ofEye, ({ key }) => imageName(key)).values()].some(isNewestUncertain);
  });
}

/**
 * Adds a photograph to its exam. Of each eye and name (`imageName`) the newest photograph counts, by the order of arrival
 * in the store, so events may come twice and in any order with the same end. Where the store cannot tell which is the
 * newest, one is chosen by its key and the result is flagged.
 *
 * ```
 * event left.jpg v1 ──────────────▶ left v1 current
 * event left.png v2 ──────────────▶ left v2 current, v1 replaced
 * event left.jpg v1 again, late ──▶ nothing changes: v1 is known
 * event left-disc.jpg v1 ─────────▶ left v2 and left-disc v1 current
 * ```
 *
 * @returns the same record if nothing is new
 * @throws InvalidInputError if its eye has `MOST_CURRENT_IMAGES` others that count, or its exam no room for it
 */
export function receiveImage(
  record: ExamRecord | undefined,
  received: ReceivedImage,
  now: Date,
  pairingWindowSeconds: number,
): ExamRecord {
  const exam = record ?? newRecord(received, now, pairingWindowSeconds);
  const known = exam.images.find((image) => sameVersion(image, received.image));
  if (known !== undefined) return withPrepared(exam, known, received.prepared, now);
  const added = arrived(received);
  const images = withNewestCurrent([...exam.images, added], added, received.laterality);
  requireRoom(images, received);
  return withUncertainty({
    ...exam,
    expected: mergeExpected(exam.expected, received.expected),
    images: remembered(images),
    updatedAt: now.toISOString(),
  });
}
