import { distinctImages } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { type Field, fieldOfImage } from './field.ts';
import type { Laterality } from './laterality.ts';

/**
 * Fields that no image shows. An image without a field shows the macula.
 *
 * @param fields that are asked for
 * @param shown fields of the images
 * @returns in the order of `fields`
 * @example fieldsNotShown(['macula', 'disc'], [null]) // ['disc']
 */
export function fieldsNotShown(fields: readonly Field[], shown: readonly (Field | null)[]): readonly Field[] {
  return fields.filter((field) => !shown.some((one) => (one ?? 'macula') === field));
}

/**
 * Which of the fields that are asked of each eye an exam lacks: no gradable image that counts shows them.
 *
 * @param fields of the program's capture protocol
 */
export function missingFields(
  { images }: Pick<ExamRecord, 'images'>,
  fields: readonly Field[],
): Readonly<Record<Laterality, readonly Field[]>> {
  const of = (laterality: Laterality) => {
    const gradable = distinctImages(images, laterality).filter(({ prepared }) => prepared?.quality.gradable);
    return fieldsNotShown(
      fields,
      gradable.map(({ field, prepared }) => fieldOfImage(field, prepared?.field)),
    );
  };
  return { left: of('left'), right: of('right') };
}
