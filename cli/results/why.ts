import { explain } from '../../core/policies/index.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';

/** Told of an exam that no head could decide: it is neither healthy nor ill. */
export const NOTHING_ASSESSED = 'nothing is being assessed';

/**
 * Why the model's outcome is what it is: which finding, against which threshold, and what speaks against it.
 *
 * @returns `null` of a result from before reasons were kept, and where nothing calls for anything
 * @example whyText(line) // 'refer: glaucoma 0.61, threshold 0.40 (left eye, head odir); although normal 0.95, threshold 0.50 (patient, head odir)'
 */
export function whyText({ outcome, reasons }: Pick<ResultLine, 'outcome' | 'reasons'>): string | null {
  return reasons.length === 0 ? null : explain(outcome, reasons);
}
