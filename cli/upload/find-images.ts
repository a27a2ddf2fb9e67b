import { basename } from 'node:path';
import { ALL_IMAGE_FORMATS } from '../../core/exams/image-formats.ts';
import type { CohortImages } from '../../model/cohort/embed-cohort.ts';
import { WrongUseError } from '../errors.ts';
import { fieldOrder } from './places.ts';
import { planText } from './plan-text.ts';
import { examsOf, type PlanOptions, planUpload } from './plan-upload.ts';
import type { RefusedItem } from './planned-image.ts';
import { type Ask, settleQuestions } from './settle-questions.ts';
import { terminalColumns } from './terminal.ts';

/** Stands for a program where nothing is uploaded and none is named. */
const NO_PROGRAM = 'cohort';

export interface FindOptions extends PlanOptions {
  readonly acceptDoubts: readonly string[];
}

/**
 * Finds a cohort's photographs as `retclip upload` would, without sending any.
 *
 * @param ask `null` where there is no one to ask
 * @throws WrongUseError if there are none, something is doubtful and not accepted, or several programs are mixed
 */
export async function findImages(
  source: string,
  options: FindOptions,
  ask: Ask | null,
): Promise<{ readonly exams: readonly CohortImages[]; readonly refused: readonly RefusedItem[] }> {
  const { program, pattern, encoding, acceptDoubts } = options;
  const found = await planUpload(source, { program, pattern, encoding, programIfNone: NO_PROGRAM });
  const programs = [...new Set(found.images.map(({ exam }) => exam.program))];
  if (programs.length > 1) {
    throw new WrongUseError(
      `"${source}" holds photographs of ${programs.join(', ')}, and patients of two programs may have one name. Choose one with --program.`,
    );
  }
  if (found.images.length === 0 && found.refused.length === 0) {
    throw new WrongUseError(
      `There are no photographs in "${source}": ${ALL_IMAGE_FORMATS} files are looked for.`,
    );
  }
  if (found.questions.length > 0 && ask !== null) {
    process.stderr.write(`${planText(found, source, terminalColumns())}\n`);
  }
  const { plan, open } = await settleQuestions(found, acceptDoubts, ask);
  if (open.length > 0) {
    const kinds = [...new Set(open.map(({ kind }) => kind))].join(',');
    throw new WrongUseError(
      [
        'Something is doubtful, and nobody can be asked:',
        ...open.map(({ kind, text, paths }) => `  ${kind}: ${text} (${paths.join(', ')})`),
        `Mend it, or take it as read: --accept-doubts ${kinds}`,
      ].join('\n'),
    );
  }
  const refused: RefusedItem[] = [...plan.refused];
  const exams = examsOf(plan.images).flatMap((images) => {
    const [first] = images;
    if (first === undefined) return [];
    const pathOf = (eye: string): string | null => {
      const ofEye = images.filter(({ laterality }) => laterality === eye);
      const [primary, ...others] = ofEye.toSorted((a, b) => fieldOrder(a) - fieldOrder(b));
      if (primary === undefined) return null;
      const reason = `a cohort has one photograph of each eye, the macula's before others: ${basename(primary.path)}`;
      refused.push(...others.map(({ path }) => ({ path, reason })));
      return primary.path;
    };
    const { patient, exam } = first.exam;
    return [{ patient, exam, left: pathOf('left'), right: pathOf('right') }];
  });
  return { exams, refused };
}
