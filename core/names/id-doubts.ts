import { isTime } from './day.ts';
import type { DoubtKind } from './doubt.ts';
import { eyesIn } from './eyes-in-text.ts';
import { dayIn } from './read-stem.ts';
import { lookAlikeForm, ordinaryWidth } from './width.ts';

/** Doubts over the ids of patients, each with the ids that it is about. */
export interface IdDoubt {
  readonly kind: DoubtKind;
  readonly text: string;
  readonly patients: readonly string[];
}

const EXPONENT = /^\d(?:[.,]\d+)?E\+\d{1,3}$/iu;

/**
 * Whether a spreadsheet has turned an id into a rounded number: `4.40123E+12`. Several patients may have become one.
 */
export function isExponent(id: string): boolean {
  return EXPONENT.test(ordinaryWidth(id));
}

function ownDoubt(patient: string): IdDoubt | null {
  const found = (kind: DoubtKind, text: string): IdDoubt => ({ kind, text, patients: [patient] });
  if (isExponent(patient)) {
    return found(
      'id-exponent',
      `Patient id "${patient}" is a number that a spreadsheet has rounded: several patients may share it.`,
    );
  }
  if (eyesIn(patient).size > 0)
    return found('id-holds-eye', `Patient id "${patient}" holds the word of an eye.`);
  if (dayIn(patient) !== null) return found('id-holds-date', `Patient id "${patient}" holds a date.`);
  const behind = /^(.*\d.*)[\s_.-](\d{6}|\d\d[-:.h]\d\d[-:.m]\d\d)$/u.exec(ordinaryWidth(patient))?.[2];
  if (behind !== undefined && (isTime(behind) || dayIn(`20${behind}`) !== null)) {
    return found('id-holds-time', `Patient id "${patient}" ends like a time or a date.`);
  }
  return null;
}

/** Ids that differ by a last small number, as photographs of one patient do: `P1_1`, `P1_2`. */
function numberedDoubts(patients: readonly string[]): IdDoubt[] {
  const numbered = patients.flatMap((patient) => {
    const base = /^(.*\d.*)[\s_.-][1-9]$/u.exec(ordinaryWidth(patient))?.[1];
    return base === undefined ? [] : [{ patient, base }];
  });
  const known = new Set(patients);
  return [...Map.groupBy(numbered, ({ base }) => base)].flatMap(([base, ids]): IdDoubt[] => {
    if (ids.length < 2 && !known.has(base)) return [];
    const all = [...(known.has(base) ? [base] : []), ...ids.map(({ patient }) => patient)];
    return [
      {
        kind: 'id-holds-number',
        text: `${all.map((id) => `"${id}"`).join(', ')} differ by a last number only: are they several patients, or several photographs of ${base}?`,
        patients: all,
      },
    ];
  });
}

function alikeDoubts(patients: readonly string[]): IdDoubt[] {
  return [...Map.groupBy(patients, lookAlikeForm).values()]
    .filter((alike) => alike.length > 1)
    .map((alike) => ({
      kind: 'ids-alike',
      text: `${alike.map((id) => `"${id}"`).join(' and ')} differ by case, width, separators or leading zeros only: are they one patient?`,
      patients: alike,
    }));
}

/** Doubts over the ids of one program's patients. @param patients each once */
export function idDoubts(patients: readonly string[]): IdDoubt[] {
  const own = patients.flatMap((patient) => ownDoubt(patient) ?? []);
  return [...own, ...numberedDoubts(patients), ...alikeDoubts(patients)];
}
