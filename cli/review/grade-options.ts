import { InvalidArgumentError, Option } from 'commander';
import {
  type EyeGrade,
  type EyeGrades,
  type Grade,
  M_GRADES,
  MOST_ICDR,
  OEDEMA,
  R_GRADES,
} from '../../core/exams/eye-grade.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';

type Quality = Pick<EyeGrade, 'quality' | 'grade'>;
type OfEye<Value> = readonly [eye: Laterality, value: Value];

function gradeOf(text: string): Quality {
  if (text === 'ungradable') return { quality: 'ungradable', grade: null };
  const level = Number(text);
  if (/^\d$/.test(text) && level <= MOST_ICDR) {
    return { quality: 'gradable', grade: { scheme: 'icdr', retinopathy: level } };
  }
  const retinopathy = R_GRADES.find((grade) => text.toUpperCase().startsWith(grade));
  const maculopathy = M_GRADES.find((grade) => text.toUpperCase() === `${retinopathy}${grade}`);
  if (retinopathy === undefined || maculopathy === undefined) {
    throw new InvalidArgumentError(
      'Say 0 to 4, R0M0 to R3SM1, or ungradable, by the scheme that the program grades by.',
    );
  }
  const grade: Grade = { scheme: 'r-m', retinopathy, maculopathy };
  return { quality: 'gradable', grade };
}

/** `right=VALUE` */
function ofEye(text: string): OfEye<string> {
  const [name, value = '', ...rest] = text.split('=');
  const eye = LATERALITIES.find((one) => one === name);
  if (eye === undefined || value === '' || rest.length > 0) {
    throw new InvalidArgumentError('Say the eye and the value: right=… or left=….');
  }
  return [eye, value];
}

function withOedema(text: string, before: readonly OfEye<string>[] = []): readonly OfEye<string>[] {
  const [eye, value] = ofEye(text);
  if (!OEDEMA.some((one) => one === value)) {
    throw new InvalidArgumentError('Say right=suspected or right=none; the left eye alike.');
  }
  return [...before, [eye, value]];
}

/** What the options say of the eyes. */
export interface GradeOptions {
  readonly right?: Quality;
  readonly left?: Quality;
  readonly oedema?: readonly OfEye<string>[];
  readonly finding?: readonly OfEye<string>[];
}

/** The options of `retclip review` that grade the eyes. */
export function gradeOptions(): Option[] {
  const grade = '0 to 4, or R1M0, or ungradable';
  return [
    new Option('--right <grade>', `grade of the right eye: ${grade}`).argParser(gradeOf),
    new Option('--left <grade>', `grade of the left eye: ${grade}`).argParser(gradeOf),
    new Option(
      '--oedema <eye=seen>',
      'macular oedema: right=suspected or right=none; again for the other eye',
    ).argParser(withOedema),
    new Option('--finding <eye=label>', 'a further finding: left=glaucoma; again for each').argParser(
      (text, before: readonly OfEye<string>[] = []) => [...before, ofEye(text)],
    ),
  ];
}

/**
 * What the options say of the eyes; `undefined` if they say nothing.
 *
 * @example eyesOf({ right: { quality: 'ungradable', grade: null } })?.left // null
 */
export function eyesOf(options: GradeOptions): EyeGrades | undefined {
  const { oedema = [], finding = [] } = options;
  const eyeOf = (eye: Laterality): EyeGrade | null => {
    const seen = oedema.findLast(([of]) => of === eye)?.[1];
    const findings = finding.filter(([of]) => of === eye).map(([, label]) => label);
    if (options[eye] === undefined && seen === undefined && findings.length === 0) return null;
    const { quality, grade } = options[eye] ?? { quality: 'gradable', grade: null };
    return { quality, grade, oedema: OEDEMA.find((one) => one === seen) ?? null, findings };
  };
  const eyes = { left: eyeOf('left'), right: eyeOf('right') };
  return eyes.left === null && eyes.right === null ? undefined : eyes;
}
