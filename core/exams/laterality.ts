import { z } from 'zod';
import { InvalidInputError } from '../errors.ts';

/** The eye that a photograph shows: `left` (oculus sinister, OS) or `right` (oculus dexter, OD). */
export const LATERALITIES = ['left', 'right'] as const;
export type Laterality = (typeof LATERALITIES)[number];
export const lateralitySchema = z.enum(LATERALITIES);

const SPELLINGS: ReadonlyMap<string, Laterality> = new Map([
  ...['left', 'l', 'os', 'le', 'lefteye', 'sinister', 'sinistra', 'oculussinister', '左', '左眼'].map(
    (s) => [s, 'left'] as const,
  ),
  ...['right', 'r', 'od', 're', 'righteye', 'dexter', 'dextra', 'oculusdexter', '右', '右眼'].map(
    (s) => [s, 'right'] as const,
  ),
]);

/** The other eye. */
export function fellowEye(laterality: Laterality): Laterality {
  return laterality === 'left' ? 'right' : 'left';
}

/**
 * Reads a laterality from a field that holds nothing else: a manifest's column or an object's metadata.
 *
 * @returns `null` if the text is no known spelling
 * @example parseLaterality(' OD ') // 'right'
 */
export function parseLaterality(text: string): Laterality | null {
  return (
    SPELLINGS.get(
      text
        .trim()
        .toLowerCase()
        .replace(/[\s._-]+/g, ''),
    ) ?? null
  );
}

/** Words of a file name: parts between separators, and between a small and a capital letter (`imageLeft`). */
function words(stem: string): string[] {
  return stem
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(左眼?|右眼?)/gu, ' $1 ')
    .split(/[^\p{L}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/**
 * Finds the laterality in a file name, in any of the usual spellings and in any place of it.
 *
 * @param fileName with or without its extension, without folders
 * @returns `null` if the name has no laterality
 * @throws InvalidInputError if it names both eyes
 * @example
 * lateralityOfFileName('P01_left.jpg') // 'left'
 * lateralityOfFileName('2024-05-01 OD 2.png') // 'right'
 * lateralityOfFileName('scan.png') // null
 */
export function lateralityOfFileName(fileName: string): Laterality | null {
  const stem = fileName.replace(/\.[^.]*$/, '');
  const found = new Set(words(stem).flatMap((word) => SPELLINGS.get(word) ?? []));
  if (found.size > 1) {
    throw new InvalidInputError(
      `The file name "${fileName}" names both eyes. Keep one of left/right, L/R, OS/OD in it.`,
    );
  }
  return [...found][0] ?? null;
}
