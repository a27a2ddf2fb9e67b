import { InvalidInputError } from '../errors.ts';
import type { ExamResult } from '../exams/exam-result.ts';
import { type EyeGrade, type EyeGrades, isReferable } from '../exams/eye-grade.ts';
import { LATERALITIES, type Laterality } from '../exams/laterality.ts';
import type { Outcome } from '../exams/outcome.ts';
import type { ReviewSettings } from '../exams/review-settings.ts';
import { suggestion } from '../suggestions/near-names.ts';

/** What a reader says of an eye cannot be so. Nothing was saved. */
export class GradesRefusedError extends InvalidInputError {}

interface GradedVerdict {
  readonly outcome: Outcome;
  readonly eyes?: EyeGrades;
  readonly note: string | null;
}

type Grading = Pick<ReviewSettings, 'gradingScheme' | 'requireGrades'>;

function checkEye(eye: Laterality, said: EyeGrade, scheme: Grading['gradingScheme']): void {
  const { quality, grade, oedema, findings } = said;
  if (grade !== null && grade.scheme !== scheme) {
    throw new GradesRefusedError(
      `The ${eye} eye is graded by "${grade.scheme}", but this program grades by "${scheme}". Grade it by that.`,
    );
  }
  if (quality === 'ungradable' && (grade !== null || oedema === 'none')) {
    throw new GradesRefusedError(
      `The ${eye} eye is called ungradable and graded nevertheless. Say one of them: what cannot be seen is not absent.`,
    );
  }
  const twice = findings.find((label, index) => findings.indexOf(label) !== index);
  if (twice !== undefined) {
    throw new GradesRefusedError(`The finding "${twice}" of the ${eye} eye is said twice. Say it once.`);
  }
}

function isSaid(said: EyeGrade | null | undefined): boolean {
  return said != null && (said.quality === 'ungradable' || said.grade !== null);
}

/** Why an exam of such eyes is no plain recall; `null` if it may be. */
function againstRecall(eyes: EyeGrades): string | null {
  for (const eye of LATERALITIES) {
    const said = eyes[eye];
    if (said === null) continue;
    if (said.quality === 'ungradable') return `the ${eye} eye is called ungradable`;
    if (isReferable(said)) return `the grade of the ${eye} eye asks for a referral`;
  }
  return null;
}

/**
 * Checks that the further findings of the eyes are labels that the program's heads know: a misspelt one would never be found.
 *
 * @param known labels that may be said
 * @throws GradesRefusedError with a near label
 */
export function checkFindingLabels(eyes: EyeGrades, known: ReadonlySet<string>): void {
  const unknown = LATERALITIES.flatMap((eye) => eyes[eye]?.findings ?? []).find((label) => !known.has(label));
  if (unknown === undefined) return;
  throw new GradesRefusedError(
    `No head of this program knows the finding "${unknown}".${suggestion(unknown, [...known])} Say it in the note.`,
  );
}

/**
 * Checks what a reader says of the eyes: it fits the photographs and the program's scheme, it is complete where the program
 * demands it, and a recall in spite of it has a note that says why.
 *
 * @throws GradesRefusedError telling what to say instead
 */
export function checkGrades(
  { eyes: photographed }: Pick<ExamResult, 'eyes'>,
  { outcome, eyes, note }: GradedVerdict,
  { gradingScheme, requireGrades }: Grading,
): void {
  for (const eye of LATERALITIES) {
    const said = eyes?.[eye] ?? null;
    if (said !== null && photographed[eye] === null) {
      throw new GradesRefusedError(`There is no photograph of the ${eye} eye: leave it null.`);
    }
    if (said !== null) checkEye(eye, said, gradingScheme);
    if (requireGrades && photographed[eye] !== null && !isSaid(said)) {
      throw new GradesRefusedError(
        `This program asks for a grade of each eye. Grade the ${eye} eye, or call it ungradable.`,
      );
    }
  }
  const against = eyes === undefined ? null : againstRecall(eyes);
  if (outcome === 'recall' && against !== null && (note ?? '').trim() === '') {
    throw new GradesRefusedError(
      `The outcome is recall, although ${against}. Say why in the note, or decide otherwise.`,
    );
  }
}
