import { eyeWord } from '../exams/eye-words.ts';
import type { Laterality } from '../exams/laterality.ts';
import { SEPARATORS } from './pattern.ts';

/**
 * The eyes that a text names by plain words of their own: behind a digit (`P12OD`) and between a small and a capital
 * letter (`imageLeft`) too, never inside a word and never by a word that may be a name.
 *
 * @example eyesIn('P1_left_OS') // Set { 'left' }
 */
export function eyesIn(text: string): ReadonlySet<Laterality> {
  const words = text
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\d)(OD|OS|LEFT|RIGHT|Left|Right)(?!\p{L})/gu, '$1 $2')
    .replace(/([左右][眼目]|[좌우]안)/gu, ' $1 ')
    .split(new RegExp(`${SEPARATORS}|(?<=\\p{L})(?=\\d)`, 'u'));
  const found = words.flatMap((word) => {
    const meaning = eyeWord(word);
    return meaning?.clear === true ? [meaning.laterality] : [];
  });
  return new Set(found);
}
