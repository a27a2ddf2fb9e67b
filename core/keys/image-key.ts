import { InvalidInputError } from '../errors.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import { parseIdentifier } from '../exams/identifier.ts';
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

/**
 * Key of a photograph: `images/{program}/{patient}/{exam}/{left|right}.{extension}`.
 *
 * @param extension without its dot; anything but letters and digits is left out
 * @example imageKey({ program: 'north', patient: 'P1', exam: '2026-05-01' }, 'left', 'jpg')
 */
export function imageKey(exam: ExamKey, laterality: Laterality, extension: string): string {
  const suffix = extension
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 8);
  return `${IMAGE_PREFIX}${exam.program}/${exam.patient}/${exam.exam}/${laterality}${suffix === '' ? '' : `.${suffix}`}`;
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
