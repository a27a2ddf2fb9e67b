import { wordsBesideEyeLetter } from '../exams/read-laterality.ts';
import type { ReceivedImage } from '../exams/receive-image.ts';
import { fieldOf } from '../names/field-words.ts';
import { isImageName } from '../names/folder-words.ts';

/** A letter alone is an initial of an id or a side of a print, no name. */
const SHORTEST_NAME = 2;

/**
 * What is in doubt about the eye that an image's file name says: a letter beside a word that may be a person's name. A
 * word that the exam is called by, that names a field, or that only says that it is an image, is none.
 *
 * @returns `null` if all is well
 * @example doubtOfName(received) // 'The name "R_Smith.jpg" says the right eye by …'
 */
export function doubtOfName({ exam, image, laterality }: ReceivedImage): string | null {
  const fileName = image.key.slice(image.key.lastIndexOf('/') + 1);
  const ids = `${exam.patient} ${exam.exam} ${exam.program}`.normalize('NFKC').toLowerCase();
  const names = wordsBesideEyeLetter(fileName).filter(
    (word) =>
      [...word].length >= SHORTEST_NAME &&
      !ids.includes(word.toLowerCase()) &&
      fieldOf(word) === null &&
      !isImageName(word),
  );
  if (names.length === 0) return null;
  return `The name ${JSON.stringify(fileName.slice(0, 60))} says the ${laterality} eye only by a letter or word that may belong to the name ${JSON.stringify(names.join(' ').slice(0, 40))}.`;
}
