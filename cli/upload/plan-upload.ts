import { stat } from 'node:fs/promises';
import { examName } from '../../core/exams/exam-key.ts';
import { WrongUseError } from '../errors.ts';
import { type FolderOptions, planFolder } from './plan-folder.ts';
import { type ManifestOptions, planManifest } from './plan-manifest.ts';
import type { PlannedImage, UploadPlan } from './planned-image.ts';

/** The photographs of one exam: one or several of either eye. */
export type PlannedExam = readonly PlannedImage[];

/** Groups a plan's photographs by exam, in the plan's order. */
export function examsOf(images: readonly PlannedImage[]): PlannedExam[] {
  return [...Map.groupBy(images, (image) => examName(image.exam)).values()];
}

export interface PlanOptions extends FolderOptions, ManifestOptions {}

/**
 * Plans the upload of a folder or of a manifest.
 *
 * @throws WrongUseError if there is neither, or an option does not belong to it
 */
export async function planUpload(source: string, options: PlanOptions): Promise<UploadPlan> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new WrongUseError(`There is no file or folder "${source}".`);
  if (found.isDirectory()) {
    const program = options.program ?? options.programIfNone;
    if (program === undefined)
      throw new WrongUseError('A folder needs --program: whose photographs are these?');
    if (options.encoding !== undefined)
      throw new WrongUseError('--encoding is of a manifest, but a folder is given.');
    return planFolder(source, program, options);
  }
  if (options.pattern !== undefined)
    throw new WrongUseError(
      '--pattern reads names in a folder, but a manifest is given: it tells all itself.',
    );
  if (options.exam !== undefined)
    throw new WrongUseError(
      '--exam names the visit of a folder, but a manifest is given: it has a column for it.',
    );
  return planManifest(source, options);
}
