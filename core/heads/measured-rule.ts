import { SEVERAL_IMAGES_RULE } from '../exams/request-id.ts';

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
