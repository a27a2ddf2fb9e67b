import { InvalidInputError } from '../../core/errors.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import { MOST_ROUNDS } from '../../core/exams/missed-images.ts';

/** The pixels of an exam's images were made again and again, and the worker found none. The message is buried. */
export class PixelsMissingError extends InvalidInputError {
  constructor(exam: ExamKey, images: readonly { readonly key: string }[]) {
    const keys = images.map(({ key }) => `"${key}"`).join(', ');
    super(
      `Exam ${examName(exam)} waits for the pixels of ${keys}: they were prepared ${MOST_ROUNDS} times and not found, or not under the contract of the active model. See the log of preparation and whether all parts are of one release, then send this message again: retclip redrive intake.`,
    );
  }
}
