import { basename } from 'node:path';
import { MOST_CURRENT_IMAGES } from '../../core/exams/exam-image.ts';
import { examName } from '../../core/exams/exam-key.ts';
import { showsMacula } from '../../core/exams/field.ts';
import type { FoundImage, PlannedImage, RefusedItem } from './planned-image.ts';

/** The macula tells most; a photograph of an unknown field mostly shows it too. */
export function fieldOrder({ field }: FoundImage): number {
  const order = ['macula', null, 'disc', 'other'] as const;
  return order.indexOf(field);
}

/** Photographs of an eye, each with those that have its very bytes. */
function contentsOf(images: readonly FoundImage[], hashes: ReadonlyMap<string, string>): FoundImage[][] {
  const ordered = images.toSorted((a, b) => fieldOrder(a) - fieldOrder(b));
  return [...Map.groupBy(ordered, ({ path }) => hashes.get(path) ?? path).values()];
}

/** The place of an eye's only photograph, and of one beside the camera, where each retake takes the place of its field. */
export function placeAlone(field: FoundImage['field']): string {
  return field === null || showsMacula(field) ? '' : field;
}

/** @param number of the photographs of this field, from 1 */
function placeOf({ field }: FoundImage, number: number): string {
  if (field === null) return number === 1 ? '' : String(number);
  return number === 1 ? field : `${field}-${number}`;
}

/**
 * Gives each photograph its place in its exam, by which it is named in the store: an eye's only photograph has none if it
 * shows the macula, any other has its field and a number: `macula`, `disc`, `disc-2`. So a disc that is sent later takes the
 * place of no macula. Files with the same bytes have one place, since they are one photograph.
 *
 * @param hashes SHA-256 by path, of those that share their bytes with another
 * @returns in the order of the photographs; those beyond {@link MOST_CURRENT_IMAGES} of an eye are refused by name
 */
export function withPlaces(
  images: readonly FoundImage[],
  hashes: ReadonlyMap<string, string>,
): { readonly images: PlannedImage[]; readonly refused: RefusedItem[] } {
  const places = new Map<FoundImage, string>();
  const refused: RefusedItem[] = [];
  const eyes = Map.groupBy(images, ({ exam, laterality }) => `${examName(exam)}/${laterality}`);
  for (const eye of eyes.values()) {
    const contents = contentsOf(eye, hashes);
    const numbers = new Map<FoundImage['field'], number>();
    contents.forEach((same, index) => {
      const [first] = same;
      if (first === undefined) return;
      const number = (numbers.get(first.field) ?? 0) + 1;
      numbers.set(first.field, number);
      const place = contents.length === 1 ? placeAlone(first.field) : placeOf(first, number);
      for (const image of same) {
        if (index < MOST_CURRENT_IMAGES) places.set(image, place);
        else refused.push({ path: image.path, reason: tooMany(image, contents.length) });
      }
    });
  }
  const planned = images.flatMap((image): PlannedImage[] => {
    const place = places.get(image);
    return place === undefined ? [] : [{ ...image, place }];
  });
  return { images: planned, refused };
}

function tooMany({ exam, laterality, path }: FoundImage, count: number): string {
  return `the ${laterality} eye of patient ${exam.patient}, exam ${exam.exam}, has ${count} photographs, and an exam takes ${MOST_CURRENT_IMAGES} of each eye, those of the macula first: leave out others, and ${basename(path)} is sent`;
}
