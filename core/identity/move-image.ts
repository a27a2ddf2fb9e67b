import { CoreError } from '../errors.ts';
import { screenedEvent } from '../events/screened-event.ts';
import { currentImages, type ExamImage, imageVersionOf, type Withdrawal } from '../exams/exam-image.ts';
import { type ExamKey, examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { fellowEye, type Laterality } from '../exams/laterality.ts';
import { imageKey, placeOfKey } from '../keys/image-key.ts';
import { IMAGE_METADATA } from '../keys/image-metadata.ts';
import type { ExamCheck } from '../messages/exam-check.ts';
import type { Home } from '../ports/index.ts';
import { updateExam } from '../records/update-exam.ts';
import { forgetContent } from './content-register.ts';
import { noteMove } from './moved-from.ts';
import { type Rescreening, withdrawImage } from './withdraw-image.ts';

/** There is no such image, or it has been withdrawn. Nothing was changed. */
export class ImageUnknownError extends CoreError {}

/** The place that an image is to be moved to has another one. Nothing was changed. */
export class PlaceTakenError extends CoreError {}

/** One eye of one exam. */
export interface EyePlace {
  readonly exam: ExamKey;
  readonly laterality: Laterality;
}

export interface Attribution {
  readonly home: Pick<Home, 'objects' | 'exams' | 'queues' | 'events'>;
  readonly by: Rescreening;
  readonly now: Date;
}

function currentOf(record: ExamRecord | undefined, exam: ExamKey, key: string): ExamImage {
  const image = record?.images.find((one) => one.key === key && one.state === 'current');
  if (image !== undefined) return image;
  throw new ImageUnknownError(
    `Exam ${examName(exam)} has no image ${JSON.stringify(key)} that counts. List them: retclip patient show`,
  );
}

/** Intake sends what the record as it is written calls for. */
async function followUp({ home }: Attribution, exam: ExamKey): Promise<void> {
  const check: ExamCheck = { schema: 'exam-check/1', reason: 'images-changed', exam };
  await home.queues.intake.queue.send([{ body: JSON.stringify(check), group: exam.program }]);
}

/**
 * Withdraws an image that does not belong to its exam; the exam is screened by what is left. The object stays under its
 * key, and uploading it again there does not bring it back.
 *
 * @param key of the image
 * @returns the exam
 * @throws ImageUnknownError
 */
export async function withdraw(
  attribution: Attribution,
  exam: ExamKey,
  key: string,
  withdrawal: Withdrawal,
): Promise<ExamRecord> {
  const { home, by, now } = attribution;
  // Others of this name may have been withdrawn before.
  let image: ExamImage | undefined;
  const record = await updateExam(home, exam, (before) => {
    image = currentOf(before, exam, key);
    return before && withdrawImage(before, image, withdrawal, by, now);
  });
  if (record === undefined) throw new ImageUnknownError(`There is no exam ${examName(exam)}.`);
  if (image?.laterality)
    await forgetContent(home.objects, image.sha256, { exam, laterality: image.laterality });
  // Without an image left, the exam is answered already.
  if (record.status === 'screened' && record.result !== null)
    await home.events.publish([screenedEvent(exam, record.result)]);
  await followUp(attribution, exam);
  return record;
}

function isMovedTo({ withdrawal }: ExamImage, { exam, laterality }: EyePlace): boolean {
  const to = withdrawal?.movedTo;
  return to !== undefined && examName(to) === examName(exam) && to.laterality === laterality;
}

/** Puts an image's content under the name of another place, where intake finds it as a new photograph. */
async function place({ home }: Attribution, image: ExamImage, to: EyePlace): Promise<void> {
  const version = imageVersionOf(image);
  const { content, object } = await home.objects.get(image.key, { versionId: image.versionId ?? undefined });
  const extension = /\.([^./]+)$/.exec(image.key)?.[1] ?? '';
  const metadata = {
    [IMAGE_METADATA.movedFrom]: await noteMove(home.objects, to.exam.program, version),
    ...(image.field === null ? {} : { [IMAGE_METADATA.field]: image.field }),
    ...(image.takenOn === undefined ? {} : { [IMAGE_METADATA.takenOn]: image.takenOn }),
  };
  await home.objects.put(imageKey(to.exam, to.laterality, extension, placeOfKey(image.key)), content, {
    contentType: object.contentType,
    sha256: image.sha256,
    metadata,
  });
}

/** The image of an eye in whose place another one would come: `left-disc` in that of `right-disc`. */
function presentIn(
  record: ExamRecord | undefined,
  laterality: Laterality,
  { key }: ExamImage,
): ExamImage | undefined {
  const place = placeOfKey(key);
  return currentImages(record?.images ?? [], laterality).find((one) => placeOfKey(one.key) === place);
}

/**
 * Moves an image to the patient, exam and eye that it belongs to. It is withdrawn first, so that at no moment it counts
 * at two places; after an interruption the call is repeated and goes on. Both exams are screened again. Of several images
 * of an eye, each has a place of its own: `left-disc` goes to `right-disc`.
 *
 * @param key of the image
 * @param to where it belongs; with `swap` the image in that place of the same exam moves to the place of this one
 * @throws ImageUnknownError, PlaceTakenError
 */
export async function moveImage(
  attribution: Attribution,
  from: ExamKey,
  key: string,
  { swap = false, ...to }: EyePlace & { readonly swap?: boolean },
  said: Omit<Withdrawal, 'movedTo'>,
): Promise<ExamRecord> {
  const { home, by, now } = attribution;
  const before = await home.exams.get(from);
  const moved = before?.images.findLast((one) => one.key === key && isMovedTo(one, to));
  const isSentSince = before?.images.some((one) => one.key === key && one.state === 'current');
  // A swap puts another image under this name itself: said again, it must not swap back.
  const isRepeated = moved !== undefined && (swap || !isSentSince);
  const image = isRepeated ? moved : currentOf(before, from, key);
  const isSameExam = examName(from) === examName(to.exam);
  if (image.laterality === to.laterality && isSameExam)
    throw new PlaceTakenError(`The image is of the ${to.laterality} eye of exam ${examName(from)} already.`);
  const target = await home.exams.get(to.exam);
  const present = presentIn(target, to.laterality, image);
  const back = { exam: from, laterality: fellowEye(to.laterality) };
  const other = present !== undefined && present.sha256 !== image.sha256 ? present : null;
  if (other !== null && !(swap && isSameExam)) {
    throw new PlaceTakenError(
      `The ${to.laterality} eye of exam ${examName(to.exam)} has the image ${JSON.stringify(other.key)}. Withdraw or move that one first${isSameExam ? ', or swap the two eyes' : ''}.`,
    );
  }
  // A swap that was interrupted has withdrawn the other image as well.
  const partner = other ?? (swap ? before?.images.find((one) => isMovedTo(one, back)) : undefined);
  const moves = [{ image, to }, ...(partner === undefined ? [] : [{ image: partner, to: back }])];
  const record = await updateExam(home, from, (found) =>
    moves.reduce<ExamRecord | undefined>((exam, { image: one, to: where }) => {
      const movedTo = { ...where.exam, laterality: where.laterality };
      return exam && withdrawImage(exam, one, { ...said, movedTo }, by, now);
    }, found),
  );
  if (record === undefined) throw new ImageUnknownError(`There is no exam ${examName(from)}.`);
  for (const { image: one } of moves) {
    const laterality = one.laterality ?? fellowEye(to.laterality);
    await forgetContent(home.objects, one.sha256, { exam: from, laterality });
  }
  for (const { image: one, to: where } of moves) {
    const there = await home.exams.get(where.exam);
    const isThere = presentIn(there, where.laterality, one)?.sha256 === one.sha256;
    if (!isThere) await place(attribution, one, where);
  }
  await followUp(attribution, from);
  return record;
}
