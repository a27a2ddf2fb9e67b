import { InvalidInputError } from '../errors.ts';
import type { Field } from '../exams/field.ts';
import { parseIdentifier } from '../exams/identifier.ts';
import { LATERALITIES } from '../exams/laterality.ts';
import { type NamedDay, parseDay, parseMonthOrYear } from './day.ts';
import type { Doubt } from './doubt.ts';
import { type ExplainedFolder, type FileDoubt, type NamedImage, ONLY_EXAM } from './explained-folder.ts';
import { namePatients, type PatientOfFile } from './name-patients.ts';
import { readOwnPattern } from './own-pattern.ts';
import { groupedDoubts, patternDoubts } from './pattern-doubts.ts';
import { type FileName, type SightedFile, sightEyes } from './sight-eye.ts';

/** Hardly anybody took digital photographs of a fundus before. */
const FIRST_DIGITAL_CAMERAS = '2000';

export interface ExplainOptions {
  /** Name of the uploaded folder itself: a year or a date there is a visit. */
  readonly root?: string;
  /** The programme's own pattern; the usual ones are not tried then. */
  readonly pattern?: string;
  /** Names the visit of every photograph. */
  readonly exam?: string;
}

function identifiers(named: NamedImage): NamedImage | { readonly refused: string } {
  try {
    const patient = parseIdentifier('patient', named.patient);
    return { ...named, patient, exam: parseIdentifier('exam', named.exam) };
  } catch (error) {
    if (error instanceof InvalidInputError) return { refused: error.message };
    throw error;
  }
}

function fieldIn({ reading, levels }: SightedFile): Field | null {
  const level = levels.findLast(({ says }) => says === 'field');
  return reading?.field ?? (level?.says === 'field' ? level.field : null);
}

/** The visit's date: the name's, else a folder's, else the uploaded folder's. */
function whenOf(file: SightedFile, { roles }: PatientOfFile, root: string | undefined): NamedWhen {
  const inName: NamedDay | null = file.reading?.day ?? null;
  const rootDay = root === undefined ? null : parseDay(root);
  const rootWhen = rootDay?.iso ?? (root === undefined ? null : parseMonthOrYear(root));
  const inFolder = roles.when ?? rootWhen;
  const iso = inName?.iso ?? inFolder;
  const monthFirst =
    inName === null
      ? roles.when === null
        ? (rootDay?.monthFirst ?? null)
        : roles.monthFirst
      : inName.monthFirst;
  const disagrees = inName !== null && inFolder !== null && !inName.iso.startsWith(inFolder);
  return { iso, monthFirst, otherDay: disagrees ? inFolder : null };
}

/** Folders and name as one pattern, in which a name that is not the patient is left out. */
function patternOf(file: SightedFile, { roles, from }: PatientOfFile): string {
  if (file.eyeFrom === 'named-folder')
    return roles.template.replace('{patient}', '{patient}_{eye}').concat('{ignore}');
  const template = file.reading?.pattern.template ?? '{ignore}';
  if (from === 'name') return `${roles.template}${template}`;
  return `${roles.template}${file.eyeFrom === 'folder' ? '{ignore}' : template.replace('{patient}', '{ignore}')}`;
}

interface NamedWhen {
  readonly iso: string | null;
  readonly monthFirst: string | null;
  readonly otherDay: string | null;
}

/**
 * Reads patient, visit, eye and field of every photograph of a folder from names and folders, by one pattern for all as
 * far as one will do. What no pattern explains is refused with its reason; what may be wrong is a doubt, to be asked.
 *
 * @param files in the order of the answer
 * @example
 * explainFolder([{ folders: ['north', 'P7'], stem: 'OD' }, { folders: ['north', 'P7'], stem: 'OS' }])
 * // patient P7, exam 1, a right and a left eye, read by {clinic}/{patient}/{eye}{tail}
 */
export function explainFolder(files: readonly FileName[], options: ExplainOptions = {}): ExplainedFolder {
  if (options.pattern !== undefined) return readOwnPattern(files, options.pattern, options.exam);
  const doubts: FileDoubt[] = [];
  const sights = sightEyes(files);
  const sighted = sights.flatMap((sight, image) => ('refused' in sight ? [] : [{ sight, image }]));
  const patients = namePatients(sighted.map(({ sight }) => sight));
  const named: (NamedImage | { readonly refused: string })[] = sights.map((sight) =>
    'refused' in sight ? sight : { refused: '' },
  );
  sighted.forEach(({ sight, image }, index) => {
    const patient = patients[index];
    if (patient === undefined || 'refused' in patient) {
      named[image] = patient ?? { refused: '' };
      return;
    }
    const when = whenOf(sight, patient, options.root);
    const found = identifiers({
      patient: patient.patient,
      exam: options.exam ?? when.iso ?? patient.visit ?? ONLY_EXAM,
      laterality: sight.laterality,
      field: fieldIn(sight),
      day: when.iso?.length === 10 ? when.iso : null,
      pattern: patternOf(sight, patient),
    });
    named[image] = found;
    if ('refused' in found) return;
    doubts.push(...doubtsOf(sight, patient, when).map((doubt) => ({ ...doubt, image })));
  });
  const all = [
    ...groupedDoubts(doubts),
    ...patternDoubts(named, sights),
    ...strangers(named, patients, sighted),
  ];
  return { files: named, doubts: [...all, ...singleLaterality(named)] };
}

function doubtsOf(sight: SightedFile, patient: PatientOfFile, when: NamedWhen): Omit<FileDoubt, 'image'>[] {
  const doubts: Omit<FileDoubt, 'image'>[] = patient.doubt === null ? [] : [patient.doubt];
  if (sight.isEyeDoubtful) {
    const word = sight.reading?.eye?.word ?? sight.levels.find(({ says }) => says === 'eye')?.text ?? '';
    doubts.push({
      kind: 'ambiguous-eye',
      text: `"${word}" may be a name or an initial: no patient has the other eye in the same place. Read as the ${sight.laterality} eye.`,
    });
  }
  const unknown = sight.reading?.unknown ?? null;
  if (unknown !== null && sight.eyeFrom === 'name') {
    doubts.push({
      kind: 'unknown-word',
      text: `"${unknown}" behind the eye is not known. Read as no part of the patient's name.`,
    });
  }
  if (when.iso !== null && when.iso < FIRST_DIGITAL_CAMERAS) {
    doubts.push({
      kind: 'ambiguous-date',
      text: `${when.iso} is long ago: is it a date of birth? Read as the day of the visit.`,
    });
  }
  if (when.monthFirst !== null) {
    doubts.push({
      kind: 'ambiguous-date',
      text: `A date may have the day or the month first: ${when.iso} or ${when.monthFirst}. Read as ${when.iso}.`,
    });
  }
  if (when.otherDay !== null) {
    doubts.push({
      kind: 'different-days',
      text: `The name says ${when.iso} but a folder ${when.otherDay}. Read as the visit of ${when.iso}.`,
    });
  }
  return doubts;
}

/** Names that were not taken for the patient, although they are another patient's. */
function strangers(
  named: ExplainedFolder['files'],
  patients: readonly ReturnType<typeof namePatients>[number][],
  sighted: readonly { readonly image: number }[],
): Doubt[] {
  const known = new Set(named.flatMap((file) => ('refused' in file ? [] : [file.patient])));
  return groupedDoubts(
    sighted.flatMap(({ image }, index) => {
      const patient = patients[index];
      if (patient === undefined || 'refused' in patient || patient.ignored === null) return [];
      const { ignored } = patient;
      if (ignored === patient.patient || /^\d+$/u.test(ignored) || !known.has(ignored)) return [];
      const text = `The name says "${ignored}", who is another patient of this upload. Read as patient ${patient.patient}.`;
      return [{ kind: 'name-differs' as const, text, image }];
    }),
  );
}

function singleLaterality(named: ExplainedFolder['files']): Doubt[] {
  const images = named.flatMap((file, image) => ('refused' in file ? [] : [image]));
  const found = LATERALITIES.filter((laterality) =>
    named.some((file) => !('refused' in file) && file.laterality === laterality),
  );
  const [only] = found;
  if (found.length !== 1 || only === undefined) return [];
  const text = `Every photograph shows a ${only} eye. Is the word for the eye something else, or is the other half of the folder missing?`;
  return [{ kind: 'single-laterality', text, images }];
}
