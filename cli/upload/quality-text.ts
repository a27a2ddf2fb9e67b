import { shownEye } from '../../core/exams/laterality-check.ts';
import { errorColours as pc } from '../terminal/colours.ts';
import { plural, shortPath } from './plan-text.ts';
import type { QualityReport, SeenImage } from './watch-quality.ts';

/** What is in doubt about a gradable photograph, and what to do: which eye, and which field. */
function doubtsOf({ image: { image }, found }: SeenImage): string[] {
  const { lateralityCheck: check, fieldDoubtful, field, fieldSeen } = found;
  return [
    ...(check?.suspect === true
      ? [`it seems to show the ${shownEye(check)} eye: check which eye this is`]
      : []),
    ...(fieldDoubtful && fieldSeen !== null
      ? [
          `it is named as of the ${field}, but seems to show the ${fieldSeen} in its middle: photograph the ${field} again, or if the ${fieldSeen} was meant, name it in the file's name (…_${image.laterality}_${fieldSeen}.jpg) or the manifest's column field, and upload again`,
        ]
      : []),
  ];
}

/** What is wrong with a photograph, for the photographer; `null` if nothing is. */
export function faultText(seen: SeenImage): string | null {
  const { found } = seen;
  if (found.gradable === false) return found.advice;
  const doubts = doubtsOf(seen);
  return doubts.length === 0 ? null : doubts.join('; ');
}

/**
 * One line about a photograph that needs somebody; `null` for any other.
 *
 * @param base folder that paths are shown below
 * @example 'P7 left: out of focus: focus on the vessels, let the patient blink, photograph again (P7_left.jpg)'
 */
export function seenText(seen: SeenImage, base: string): string | null {
  const fault = faultText(seen);
  if (fault === null) return null;
  const { exam, laterality, path } = seen.image.image;
  return `${pc.yellow(`${exam.patient} ${laterality}:`)} ${fault} ${pc.dim(`(${shortPath(path, base)})`)}`;
}

/** What is found of a photograph, for a program, on one line. */
export function seenJson({ image, found }: SeenImage): string {
  const { gradable, reason, advice, lateralityCheck, field, fieldSeen, fieldDoubtful } = found;
  const suspect = lateralityCheck?.suspect === true;
  const shown = { image: found.image, path: image.image.path, gradable, reason, advice, suspect };
  return JSON.stringify({ ...shown, field, fieldSeen, fieldDoubtful });
}

/** Counts for the progress bar. @example '12 gradable, 1 not' */
export function qualityNote({ gradable, ungradable }: QualityReport): string {
  if (gradable + ungradable.length === 0) return '';
  return `${gradable} gradable${ungradable.length > 0 ? `, ${ungradable.length} not` : ''}`;
}

/** The report's lines about quality, below what was sent. */
export function qualityLines({ gradable, ungradable, suspect, doubtful }: QualityReport): string[] {
  if (gradable + ungradable.length === 0) return [];
  const not =
    ungradable.length > 0 ? `, ${plural(ungradable.length, 'photograph')} ungradable, named above` : '';
  return [
    `Quality: ${gradable} gradable${not}`,
    ...(suspect.length > 0
      ? [`  ${plural(suspect.length, 'photograph')} may show the other eye, named above`]
      : []),
    ...(doubtful.length > 0
      ? [`  ${plural(doubtful.length, 'photograph')} may show another field than named, named above`]
      : []),
  ];
}
