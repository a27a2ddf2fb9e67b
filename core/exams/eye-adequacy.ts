import type { EyeResult } from './exam-result.ts';
import { showsMacula } from './field.ts';

/**
 * Whether an eye can support `recall`: a gradable image of it shows its macula. A disc alone may still be a reason to
 * refer.
 */
export function isAdequate(eye: Pick<EyeResult, 'images'>): boolean {
  return eye.images.some(({ quality, field }) => quality.gradable && showsMacula(field));
}
