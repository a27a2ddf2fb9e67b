import { examName } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ReceivedImage } from '../exams/receive-image.ts';
import { doubtsOfImages, type ExaminedImage } from '../names/image-doubts.ts';
import { dayIn } from '../names/read-stem.ts';
import type { ContentHolder } from './content-register.ts';
import { doubtOfName } from './name-doubt.ts';

function examined(
  { exam, laterality }: ContentHolder,
  sha256: string | null,
  takenOn: string | undefined,
): ExaminedImage {
  return {
    exam,
    laterality,
    sha256,
    day: dayIn(exam.exam)?.iso ?? null,
    takenOn: takenOn?.slice(0, 10) ?? null,
  };
}

/**
 * What is in doubt about whose an image is that has just arrived: ids that are not ids, equal content for both eyes or
 * for several patients or exams, another day than its exam's, an eye told by a letter. No question can be asked here: the exam is flagged.
 *
 * @param record the exam before the image, if there is one
 * @param others whose images have the same content
 * @returns sentences, none if all is well
 */
export function doubtsOfArrival(
  received: ReceivedImage,
  record: ExamRecord | undefined,
  others: readonly ContentHolder[],
): readonly string[] {
  const { sha256 } = received.image;
  const present = (record?.images ?? []).flatMap(({ state, laterality, takenOn, sha256: other }) =>
    state === 'current' && laterality !== null && laterality !== received.laterality
      ? [examined({ exam: received.exam, laterality }, other, takenOn)]
      : [],
  );
  const elsewhere = others.flatMap((other) =>
    examName(other.exam) === examName(received.exam) ? [] : [examined(other, sha256, undefined)],
  );
  const images = [examined(received, sha256, received.takenOn), ...present, ...elsewhere];
  const doubts = doubtsOfImages(images)
    .filter(({ images: places }) => places.includes(0))
    .map(({ text }) => text);
  const withdrawn = (record?.images ?? []).find(
    (image) =>
      image.state === 'withdrawn' && image.sha256 === sha256 && image.laterality === received.laterality,
  );
  const again =
    withdrawn && `This file was withdrawn from here (${withdrawn.withdrawal?.reason}) and sent again.`;
  const told = [again, doubtOfName(received)].flatMap((text) => text ?? []);
  return [...new Set([...told, ...doubts])].map((text) => text.slice(0, 200)).slice(0, 5);
}

/** What is said of an exam whose image has the content of one that came later. */
export function doubtOfOther({ exam, laterality }: ReceivedImage, other: ContentHolder): string {
  const whose = exam.patient === other.exam.patient ? `exam ${exam.exam}` : `patient ${exam.patient}`;
  return `The same file was sent for ${whose}, ${laterality} eye.`.slice(0, 200);
}
