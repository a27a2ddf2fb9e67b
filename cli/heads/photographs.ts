import { open, stat } from 'node:fs/promises';
import type { CohortPhotographs } from '../../model/cohort/embed-cohort.ts';
import { WrongUseError } from '../errors.ts';
import { examsOf, refuseConflicts } from '../upload/check-plan.ts';
import type { RefusedItem, UploadPlan } from '../upload/planned-image.ts';
import { readManifest } from '../upload/read-manifest.ts';
import { scanFolder } from '../upload/scan-folder.ts';

/** Stands for a program where nothing is uploaded and none is named. */
const NO_PROGRAM = 'cohort';

async function hasProgramColumn(manifest: string): Promise<boolean> {
  const file = await open(manifest);
  try {
    for await (const line of file.readLines()) {
      return line
        .replace(/^\uFEFF/, '')
        .toLowerCase()
        .split(',')
        .some((name) => name.trim().replaceAll('"', '') === 'program');
    }
    return false;
  } finally {
    await file.close();
  }
}

async function planOf(source: string, program: string | undefined): Promise<UploadPlan> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new WrongUseError(`There is no file or folder "${source}".`);
  if (found.isDirectory()) return scanFolder(source, program ?? NO_PROGRAM);
  return readManifest(source, program ?? ((await hasProgramColumn(source)) ? undefined : NO_PROGRAM));
}

/**
 * Finds a cohort's photographs as `retclip upload` would, without sending any.
 *
 * @throws WrongUseError if there are none, one exam has two of the same eye, or several programs are mixed
 */
export async function findPhotographs(
  source: string,
  program: string | undefined,
): Promise<{ readonly exams: readonly CohortPhotographs[]; readonly refused: readonly RefusedItem[] }> {
  const plan = await planOf(source, program);
  refuseConflicts(plan);
  const programs = [...new Set(plan.images.map(({ exam }) => exam.program))];
  if (programs.length > 1) {
    throw new WrongUseError(
      `"${source}" holds photographs of ${programs.join(', ')}, and patients of two programs may have one name. Choose one with --program.`,
    );
  }
  if (plan.images.length === 0 && plan.refused.length === 0) {
    throw new WrongUseError(
      `There are no photographs in "${source}": JPEG, PNG, TIFF and WebP files are looked for.`,
    );
  }
  const exams = examsOf(plan).flatMap((images) => {
    const [first] = images;
    if (first === undefined) return [];
    const pathOf = (eye: string): string | null =>
      images.find(({ laterality }) => laterality === eye)?.path ?? null;
    const { patient, exam } = first.exam;
    return [{ patient, exam, left: pathOf('left'), right: pathOf('right') }];
  });
  return { exams, refused: plan.refused };
}
