import type { Schemas } from '../api/client.ts';

export type EyeGrade = Schemas['EyeGrade'];
export type EyeGrades = Schemas['EyeGrades'];
export type Grading = Schemas['Grading'];
type Eye = keyof EyeGrades;

/** The English scheme's grades of retinopathy, by their keys. */
export const R_GRADES = ['R0', 'R1', 'R2', 'R3A', 'R3S'] as const;
type RGrade = (typeof R_GRADES)[number];
type MGrade = 'M0' | 'M1';

/** How far an eye has been graded: by the English scheme retinopathy may be said before maculopathy is. */
export interface EyeDraft {
  readonly quality: EyeGrade['quality'] | null;
  /** Place on the scale, from 0. */
  readonly retinopathy: number | null;
  readonly maculopathy: MGrade | null;
  readonly oedema: EyeGrade['oedema'];
  readonly findings: readonly string[];
}

export type EyeDrafts = Readonly<Record<Eye, EyeDraft>>;

export const UNGRADED: EyeDraft = {
  ...{ quality: null, retinopathy: null, maculopathy: null, oedema: null, findings: [] },
};
export const UNGRADED_EYES: EyeDrafts = { left: UNGRADED, right: UNGRADED };

/** What was said of an eye before, to go on from. */
export function draftOf(grade: EyeGrade | null): EyeDraft {
  if (grade === null) return UNGRADED;
  const { quality, oedema, findings } = grade;
  const said = grade.grade;
  if (said === null)
    return { ...UNGRADED, quality: quality === 'ungradable' ? quality : null, oedema, findings };
  return said.scheme === 'icdr'
    ? { quality, retinopathy: said.retinopathy, maculopathy: null, oedema, findings }
    : {
        quality,
        retinopathy: R_GRADES.indexOf(said.retinopathy),
        maculopathy: said.maculopathy,
        oedema,
        findings,
      };
}

/** A place on the scale: the same key once more takes it back. */
export function withRetinopathy(draft: EyeDraft, place: number): EyeDraft {
  const isSame = draft.retinopathy === place;
  return { ...draft, quality: isSame ? null : 'gradable', retinopathy: isSame ? null : place };
}

/** Nothing of it can be seen: what was graded before does not hold. */
export function withoutQuality(draft: EyeDraft): EyeDraft {
  if (draft.quality === 'ungradable') return { ...draft, quality: null };
  return { ...UNGRADED, quality: 'ungradable', findings: draft.findings };
}

/** The next answer to whether the macula is in danger: first that it is, or by the English scheme that it is not. */
export function withNextMacula(draft: EyeDraft, scheme: Grading['scheme']): EyeDraft {
  if (draft.quality === 'ungradable') return draft;
  if (scheme === 'r-m') return { ...draft, maculopathy: draft.maculopathy === 'M0' ? 'M1' : 'M0' };
  const next = { null: 'suspected', suspected: 'none', none: null } as const;
  return { ...draft, oedema: next[draft.oedema ?? 'null'] };
}

export function withFinding(draft: EyeDraft, label: string): EyeDraft {
  const others = draft.findings.filter((one) => one !== label);
  return { ...draft, findings: others.length < draft.findings.length ? others : [...others, label] };
}

export function isUntouched(draft: EyeDraft): boolean {
  const { quality, retinopathy, maculopathy, oedema, findings } = draft;
  return (
    quality === null &&
    retinopathy === null &&
    maculopathy === null &&
    oedema === null &&
    findings.length === 0
  );
}

/** Whether an eye has all that a grade needs. */
export function isGraded(
  { quality, retinopathy, maculopathy }: EyeDraft,
  scheme: Grading['scheme'],
): boolean {
  if (quality === 'ungradable') return true;
  return retinopathy !== null && (scheme === 'icdr' || maculopathy !== null);
}

/** Whether a grade was begun and is no grade yet. */
function isHalf({ retinopathy, maculopathy }: EyeDraft, scheme: Grading['scheme']): boolean {
  return scheme === 'r-m' && (retinopathy === null) !== (maculopathy === null);
}

/**
 * The eye that has to be graded before a verdict is complete; `null` if there is none.
 *
 * @param photographed the eyes that have a photograph, in the order of grading
 */
export function missingGrade(
  drafts: EyeDrafts,
  photographed: readonly Eye[],
  { scheme, required }: Pick<Grading, 'scheme' | 'required'>,
): Eye | null {
  const isMissing = (eye: Eye) => isHalf(drafts[eye], scheme) || (required && !isGraded(drafts[eye], scheme));
  return photographed.find(isMissing) ?? null;
}

function gradeOf(draft: EyeDraft, scheme: Grading['scheme']): EyeGrade | null {
  if (isUntouched(draft)) return null;
  const { quality, retinopathy, maculopathy, oedema, findings } = draft;
  const rest = { oedema, findings: [...findings] };
  if (quality === 'ungradable') return { quality, grade: null, ...rest };
  if (retinopathy === null) return { quality: 'gradable', grade: null, ...rest };
  if (scheme === 'icdr') return { quality: 'gradable', grade: { scheme, retinopathy }, ...rest };
  const letter: RGrade | undefined = R_GRADES[retinopathy];
  if (letter === undefined || maculopathy === null) return { quality: 'gradable', grade: null, ...rest };
  return { quality: 'gradable', grade: { scheme, retinopathy: letter, maculopathy }, ...rest };
}

/** What was said of the eyes, as the host takes it; `null` if nothing was. */
export function gradesOf(drafts: EyeDrafts, scheme: Grading['scheme']): EyeGrades | null {
  const grades = { left: gradeOf(drafts.left, scheme), right: gradeOf(drafts.right, scheme) };
  return grades.left === null && grades.right === null ? null : grades;
}
