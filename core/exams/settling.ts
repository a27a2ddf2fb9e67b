import { createHash } from 'node:crypto';
import { distinctImages } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import type { Field } from './field.ts';
import { LATERALITIES } from './laterality.ts';
import { missingFields } from './missing-fields.ts';

/**
 * `true` if nothing is known to be missing of an exam, but further images may come, since their number was not announced:
 * of an announced eye every image is in, and another eye shows each field that the program's protocol asks for.
 */
export function mayBeSettled(
  record: Pick<ExamRecord, 'images' | 'expected'>,
  fields: readonly Field[],
): boolean {
  const missing = missingFields(record, fields);
  return LATERALITIES.every((eye) => {
    const count = distinctImages(record.images, eye).length;
    const announced = record.expected[eye];
    return announced === null ? count > 0 && missing[eye].length === 0 : count >= announced;
  });
}

/**
 * Names all that has come for an exam: another image or version has another name. An exam that has the same one after its
 * program's settling time is settled.
 *
 * @returns 32 hexadecimal digits of a SHA-256
 */
export function arrivalsOf({ images }: Pick<ExamRecord, 'images'>): string {
  const versions = images.map(({ key, versionId, order }) => JSON.stringify([key, versionId, order]));
  return createHash('sha256').update(versions.toSorted().join('\n')).digest('hex').slice(0, 32);
}
