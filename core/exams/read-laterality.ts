import { InvalidInputError } from '../errors.ts';
import { type EyeWord, eyeWord } from './eye-words.ts';
import type { Laterality } from './laterality.ts';

/**
 * Reads a laterality from a field that holds nothing else: a manifest's column or an object's metadata.
 *
 * @returns `null` if the spelling is unknown
 * @example
 * parseLaterality(' OD ') // 'right'
 * parseLaterality('gauche') // 'left'
 */
export function parseLaterality(text: string): Laterality | null {
  return eyeWord(text)?.laterality ?? null;
}

/** Words of a file name: parts between separators, and between a small and a capital letter (`imageLeft`). */
function words(stem: string): string[] {
  return stem
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/([左右][眼目]|[좌우]안)/gu, ' $1 ')
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
}

/** A word that may be a name counts in capitals, or as a single letter; 左 and 右 are themselves. */
function counts(word: string, { clear }: EyeWord): boolean {
  return clear || [...word].length === 1 || word === word.toUpperCase();
}

/**
 * Finds the laterality in a single file's name, in any of the usual spellings and in any place of it. Words that are
 * names as well (Le, Ra, Li) count only in capitals, and only where no clearer word is there. A whole folder tells
 * more: see `explainFolder`.
 *
 * @param fileName with or without its extension, without folders
 * @returns `null` if the name has no laterality
 * @throws InvalidInputError if it names both eyes
 * @example
 * lateralityOfFileName('P01_left.jpg') // 'left'
 * lateralityOfFileName('2024-05-01 OD 2.png') // 'right'
 * lateralityOfFileName('Le_Van_0001.jpg') // null: a surname
 */
export function lateralityOfFileName(fileName: string): Laterality | null {
  const stem = fileName.normalize('NFKC').replace(/\.[^.]*$/, '');
  const whole = parseLaterality(stem);
  if (whole !== null) return whole;
  const found = words(stem).flatMap((word) => {
    const meaning = eyeWord(word);
    return meaning !== null && counts(word, meaning) ? [meaning] : [];
  });
  const clear = found.filter((meaning) => meaning.clear);
  const said = new Set((clear.length > 0 ? clear : found).map(({ laterality }) => laterality));
  if (said.size > 1) {
    throw new InvalidInputError(
      `The file name "${fileName}" names both eyes. Keep one of left/right, L/R, OS/OD in it.`,
    );
  }
  return [...said][0] ?? null;
}

/**
 * Words that stand beside an eye in a file's name where only a letter or a word that may be a name tells the eye: the R of
 * `R_Smith.jpg` may be a first name's.
 *
 * @param fileName with or without its extension, without folders
 * @returns none if a clear word says the eye, or if the name says none
 * @example
 * wordsBesideEyeLetter('R_Smith.jpg') // ['Smith']
 * wordsBesideEyeLetter('right_Smith.jpg') // []
 */
export function wordsBesideEyeLetter(fileName: string): string[] {
  const said = words(fileName.normalize('NFKC').replace(/\.[^.]*$/, ''));
  const eyes = said.map(eyeWord);
  if (eyes.every((meaning) => meaning === null) || eyes.some((meaning) => meaning?.clear)) return [];
  return said.filter((_, index) => eyes[index] === null);
}
