import { eyeWord } from '../exams/eye-words.ts';
import type { Field } from '../exams/field.ts';
import type { Laterality } from '../exams/laterality.ts';
import { type NamedDay, parseDay, parseMonthOrYear } from './day.ts';
import { fieldOf } from './field-words.ts';
import { isEmptyName, isPlaceName, isVisitName } from './folder-words.ts';
import { readEyelessStem } from './read-stem.ts';

/** What one folder's name says by itself. `name` may be a patient, a clinic or anything else; it may hold a visit's day. */
export type FolderLevel =
  | {
      readonly says: 'eye';
      readonly text: string;
      readonly laterality: Laterality;
      readonly isDoubtful: boolean;
    }
  | { readonly says: 'day'; readonly text: string; readonly iso: string; readonly monthFirst: string | null }
  | { readonly says: 'period'; readonly text: string; readonly iso: string }
  | { readonly says: 'field'; readonly text: string; readonly field: Field }
  | { readonly says: 'name'; readonly text: string; readonly day: NamedDay | null }
  | { readonly says: 'visit' | 'place' | 'nothing'; readonly text: string };

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
  if (isPlaceName(text)) return { says: 'place', text };
  const named = readEyelessStem(text);
  if (named === null || named.patient === null || named.day === null) {
    return { says: 'name', text, day: null };
  }
  return { says: 'name', text: named.patient, day: named.day };
}

/** Folders `2026/11/20/` are one day, `2026/11/` above a patient's folder one month. */
function joinedDates(levels: readonly FolderLevel[]): FolderLevel[] {
  const joined = [...levels];
  for (const [at, year] of levels.entries()) {
    const [month, next] = levels.slice(at + 1, at + 3);
    if (month === undefined || next === undefined) break;
    const isPatientBelow = levels.slice(at + 3).some(({ says }) => says === 'name');
    // Any other folders than a year's and a month's make no date.
    const day = isPatientBelow ? parseDay(`${year.text}-${two(month.text)}-${two(next.text)}`) : null;
    const period = parseMonthOrYear(`${year.text}-${two(month.text)}`);
    if (day !== null) {
      joined[at + 1] = { says: 'nothing', text: month.text };
      joined[at + 2] = { says: 'day', text: next.text, ...day };
    } else if (period !== null && next.says === 'name') {
      joined[at + 1] = { says: 'period', text: month.text, iso: period };
    }
  }
  return joined;
}

const two = (number: string): string => number.padStart(2, '0');

/**
 * What each folder above a file says, from the outermost.
 *
 * @param siblings the names of all folders that lie in a folder of the upload
 */
export function folderLevels(folders: readonly string[], siblings: Siblings): FolderLevel[] {
  return joinedDates(folders.map((text, depth) => levelOf(text, siblings(folders.slice(0, depth)))));
}
