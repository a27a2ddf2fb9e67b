import { InvalidInputError } from '../errors.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import { parseIdentifier } from '../exams/identifier.ts';
import { imageName } from '../exams/image-name.ts';
import type { Laterality } from '../exams/laterality.ts';
import { lateralityOfFileName } from '../exams/read-laterality.ts';

/** Every photograph's key begins so: the store's notifications are filtered by it. */
export const IMAGE_PREFIX = 'images/';

/** What a photograph's key tells. `laterality` is `null` where the file name has none; metadata may say it then. */
export interface ImageKeyParts {
  readonly exam: ExamKey;
  readonly fileName: string;
  readonly laterality: Laterality | null;
}

/** What may stand behind the eye in a photograph's name, where its eye has several: `disc`, `2`, `macula-2`. */
export const IMAGE_PLACE = /^[a-z0-9]+(?:-[a-z0-9]+){0,3}$/;

/**
 * Key of a photograph: `images/{program}/{patient}/{exam}/{left|right}[-{place}].{extension}`.
 *
 * @param extension without its dot; anything but letters and digits is left out
 * @param place tells images of one eye apart, of the form {@link IMAGE_PLACE}; '' for the only one
 * @example imageKey({ program: 'north', patient: 'P1', exam: '2026-05-01' }, 'left', 'jpg', 'disc')
 */
export function imageKey(exam: ExamKey, laterality: Laterality, extension: string, place = ''): string {
  const suffix = extension
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 8);
  const name = place === '' ? laterality : `${laterality}-${place}`;
  return `${IMAGE_PREFIX}${exam.program}/${exam.patient}/${exam.exam}/${name}${suffix === '' ? '' : `.${suffix}`}`;
}

/** Whether a text that stands behind an eye's name leaves it alone. */
export function saysNoEye(text: string): boolean {
  try {
    return lateralityOfFileName(text) === null;
  } catch {
    return false;
  }
}

/**
 * Which of its eye's images a key names: what `imageKey` was given as its place.
 *
 * @returns '' where it is the only one, or was named by another sender
 * @example placeOfKey('images/north/P1/2026-05-01/left-disc.jpg') // 'disc'
 */
export function placeOfKey(key: string): string {
  const place = /^(?:left|right)-(.+)$/.exec(imageName(key))?.[1] ?? '';
  return place.length <= 40 && IMAGE_PLACE.test(place) && saysNoEye(place) ? place : '';
}

/**
 * Reads a photograph's key from any sender: file names may spell the laterality in any of the usual ways.
 *
 * @throws InvalidInputError if the key has another form or names no valid exam
 */
export function parseImageKey(key: string): ImageKeyParts {
  const parts = key.split('/');
  const [prefix, program, patient, exam, fileName] = parts;
  if (parts.length !== 5 || `${prefix}/` !== IMAGE_PREFIX || !program || !patient || !exam || !fileName) {
    throw new InvalidInputError(
      `Expected a key of the form images/{program}/{patient}/{exam}/{file} but received ${JSON.stringify(key)}. Upload the photograph under such a key.`,
    );
  }
  return {
    exam: {
      program: parseIdentifier('program', program),
      patient: parseIdentifier('patient', patient),
      exam: parseIdentifier('exam', exam),
    },
    fileName,
    laterality: lateralityOfFileName(fileName),
  };
}
