import { eyeWord } from '../exams/eye-words.ts';
import type { ImageField } from '../exams/image-field.ts';
import type { Laterality } from '../exams/laterality.ts';
import { parseDay, parseMonthOrYear } from './day.ts';
import { fieldOf } from './field-words.ts';
import { isEmptyName, isPlaceName, isVisitName } from './folder-words.ts';

/** What one folder's name says by itself. `name` may be a patient, a clinic or anything else. */
export type FolderLevel =
  | {
      readonly says: 'eye';
      readonly text: string;
      readonly laterality: Laterality;
      readonly isDoubtful: boolean;
    }
  | { readonly says: 'day'; readonly text: string; readonly iso: string; readonly monthFirst: string | null }
  | { readonly says: 'period'; readonly text: string; readonly iso: string }
  | { readonly says: 'field'; readonly text: string; readonly field: ImageField }
  | { readonly says: 'visit' | 'place' | 'nothing' | 'name'; readonly text: string };

/** Folders of one name beside this one say whether L is an eye here. */
export type Siblings = (above: readonly string[]) => ReadonlySet<string>;

function eyeLevel(text: string, siblings: ReadonlySet<string>): FolderLevel | null {
  const meaning = eyeWord(text);
  if (meaning === null) return null;
  const { laterality, clear } = meaning;
  const hasFellow = [...siblings].some((other) => {
    const fellow = eyeWord(other);
    return fellow !== null && fellow.laterality !== laterality;
  });
  if (clear || hasFellow) return { says: 'eye', text, laterality, isDoubtful: false };
  const plain = text.normalize('NFKC');
  const mayBe = plain === plain.toUpperCase() && plain !== plain.toLowerCase();
  return mayBe ? { says: 'eye', text, laterality, isDoubtful: true } : null;
}

function levelOf(text: string, siblings: ReadonlySet<string>): FolderLevel {
  const eye = eyeLevel(text, siblings);
  if (eye !== null) return eye;
  const day = parseDay(text);
  if (day !== null) return { says: 'day', text, ...day };
  const period = parseMonthOrYear(text);
  if (period !== null) return { says: 'period', text, iso: period };
  if (isEmptyName(text)) return { says: 'nothing', text };
  const field = fieldOf(text);
  if (field !== null) return { says: 'field', text, field };
  if (isVisitName(text)) return { says: 'visit', text };
  return { says: isPlaceName(text) ? 'place' : 'name', text };
}

/**
 * What each folder above a file says, from the outermost.
 *
 * @param siblings the names of all folders that lie in a folder of the upload
 */
export function folderLevels(folders: readonly string[], siblings: Siblings): FolderLevel[] {
  return folders.map((text, depth) => levelOf(text, siblings(folders.slice(0, depth))));
}
