import { InvalidInputError } from '../../core/errors.ts';
import { parseIdentifier } from '../../core/exams/identifier.ts';
import { type Laterality, lateralityOfFileName, parseLaterality } from '../../core/exams/laterality.ts';
import { ONLY_EXAM } from './planned-image.ts';

/** What a file's name and folders tell. */
export interface NamedExam {
  readonly patient: string;
  readonly exam: string;
  readonly laterality: Laterality;
}

const DATE = /^(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])$/;
const TRAILING_DATE = /^(.+?)[-_ .]+((?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01]))$/;

/** A stem without the words that say the laterality, and without the separators around them. */
function withoutLaterality(stem: string): string {
  return stem
    .split(/([-_ .]+)/)
    .filter((part) => parseLaterality(part) === null)
    .join('')
    .replace(/^[-_ ]+|[-_ .]+$/g, '')
    .replace(/(?:左眼?|右眼?)$/u, '');
}

/**
 * Reads patient, exam and laterality from a photograph's path below the uploaded folder, in the usual shapes:
 * `<patient>_left.jpg`, `<patient>_<date>_OD.jpg`, `<patient>/OD.png`, `<patient>/<visit>/left.jpeg`,
 * `<patient>/<date>_left.jpg`. A patient named in the file name counts more than a folder.
 *
 * @param segments folders and file name, relative to the uploaded folder
 * @throws InvalidInputError if the patient or the laterality cannot be told
 * @example nameExam(['P1', '2026-05-01', 'OS.jpg']) // { patient: 'P1', exam: '2026-05-01', laterality: 'left' }
 */
export function nameExam(segments: readonly string[]): NamedExam {
  const fileName = segments.at(-1) ?? '';
  const folders = segments.slice(0, -1);
  const laterality = lateralityOfFileName(fileName);
  if (laterality === null) {
    throw new InvalidInputError(
      `"${fileName}" does not say which eye it shows: put left or right (L/R, OS/OD) into its name, or use a manifest.`,
    );
  }
  const stem = withoutLaterality(fileName.replace(/\.[^.]*$/, ''));
  const parent = folders.at(-1);
  let patient: string | undefined;
  let exam = ONLY_EXAM;
  const dated = TRAILING_DATE.exec(stem);
  if (stem === '') {
    const visit = folders.length >= 2;
    patient = visit ? folders.at(-2) : parent;
    exam = visit && parent !== undefined ? parent : ONLY_EXAM;
  } else if (DATE.test(stem) && parent !== undefined) {
    patient = parent;
    exam = stem;
  } else if (dated?.[1] !== undefined && dated[2] !== undefined) {
    patient = dated[1];
    exam = dated[2];
  } else {
    patient = stem;
    exam = parent !== undefined && DATE.test(parent) ? parent : ONLY_EXAM;
  }
  if (patient === undefined) {
    throw new InvalidInputError(
      `"${fileName}" does not say whose eye it shows: name it <patient>_${laterality}.jpg, put it into a folder <patient>/, or use a manifest.`,
    );
  }
  return { patient: parseIdentifier('patient', patient), exam: parseIdentifier('exam', exam), laterality };
}
