import type { EyeResult } from './exam-result.ts';
import { scoredField } from './field.ts';
import type { FindingLevel } from './finding.ts';
import { LATERALITIES } from './laterality.ts';
import { SEVERAL_IMAGES_RULE } from './request-id.ts';

/**
 * What a head must list in `measuredRules` so that its findings of several images count as calibrated: a threshold that
 * holds for images of one field need not hold for the maximum of two.
 *
 * @param fields how many fields of an eye were read
 * @example measuredRule(2) // 'mean-in-field-maximum-over-fields/1 of 2 fields'
 */
export function measuredRule(fields: number): string {
  return `${SEVERAL_IMAGES_RULE} of ${fields} ${fields === 1 ? 'field' : 'fields'}`;
}

/** How many fields of an eye heads read, where they read several images of it; 0 where they read one. */
function fieldsRead(eye: EyeResult | null): number {
  const read = eye?.images.filter(({ quality, field }) => quality.gradable && scoredField(field) !== null);
  if (read === undefined || read.length <= 1) return 0;
  return new Set(read.map(({ field }) => scoredField(field))).size;
}

/**
 * By which rule findings of a level were made of several images, as {@link measuredRule} names it. Of the patient it is that of
 * the eye of which more fields were read: an exam of two fields is one for the patient's heads as well.
 *
 * @returns `null` where each eye concerned has one image that heads read
 * @example ruleOfLevel({ left: maculaAndDisc, right: null }, 'left') // 'mean-in-field-maximum-over-fields/1 of 2 fields'
 */
export function ruleOfLevel(
  eyes: Readonly<Record<'left' | 'right', EyeResult | null>>,
  level: FindingLevel,
): string | null {
  const concerned = level === 'patient' ? LATERALITIES : [level];
  const fields = Math.max(...concerned.map((eye) => fieldsRead(eyes[eye])));
  return fields === 0 ? null : measuredRule(fields);
}
