import { examName } from '../../core/exams/exam-key.ts';
import { WrongUseError } from '../errors.ts';
import type { PlannedImage, UploadPlan } from './planned-image.ts';

/** Conflicts named one by one before the rest is counted. */
const NAMED = 10;

/** The photographs of one exam. */
export type PlannedExam = readonly PlannedImage[];

/** Groups a plan's photographs by exam, in the plan's order. */
export function examsOf(plan: UploadPlan): PlannedExam[] {
  return [...Map.groupBy(plan.images, (image) => examName(image.exam)).values()];
}

/**
 * Refuses a plan by which one exam would get two photographs of the same eye: which of them counts is not ours to
 * guess.
 *
 * @throws WrongUseError naming exams and files
 */
export function refuseConflicts(plan: UploadPlan): void {
  const conflicts = examsOf(plan).flatMap((images) =>
    [...Map.groupBy(images, (image) => image.laterality).values()].filter((same) => same.length > 1),
  );
  if (conflicts.length === 0) return;
  const lines = conflicts.slice(0, NAMED).flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const files = same.map((image) => `    ${image.path}`);
    return [
      `  patient ${first.exam.patient}, exam ${first.exam.exam}: ${same.length} ${first.laterality} eyes`,
      ...files,
    ];
  });
  const more = conflicts.length > NAMED ? [`  … and ${conflicts.length - NAMED} more`] : [];
  throw new WrongUseError(
    [
      'Nothing was sent: one exam would get several photographs of the same eye.',
      ...lines,
      ...more,
      'Keep one of each, put visits into folders <patient>/<date>/, or name exams in a manifest.',
    ].join('\n'),
  );
}
