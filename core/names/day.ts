const YEAR = '(?:19|20)\\d\\d';
const MONTH = '(?:0[1-9]|1[0-2])';
const DAY = '(?:0[1-9]|[12]\\d|3[01])';
const MONTH_NAMES = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const CLOCK = '(?:[01]\\d|2[0-3])[-:.h_]?[0-5]\\d(?:[-:.m_]?[0-5]\\d)?s?(?:\\.\\d{1,3})?';

/** Dates of a day as names hold them, as the source of a regular expression without groups; with the time glued behind. */
export const DAY_SOURCE = `(?<!\\d)(?:${[
  `${YEAR}-${MONTH}-${DAY}(?:T${CLOCK})?`,
  `${YEAR}_${MONTH}_${DAY}`,
  `${YEAR}\\.${MONTH}\\.${DAY}`,
  `${YEAR} ${MONTH} ${DAY}`,
  `${YEAR}年\\d{1,2}月\\d{1,2}日`,
  `${YEAR}${MONTH}${DAY}(?:[T@]?(?:[01]\\d|2[0-3])[0-5]\\d(?:[0-5]\\d)?)?`,
  `\\d{1,2}\\.\\d{1,2}\\.${YEAR}`,
  `\\d{2}-\\d{2}-${YEAR}`,
  `\\d{2}_\\d{2}_${YEAR}`,
  `\\d{1,2}[-_ ]?(?:${MONTH_NAMES.join('|')})[a-z]*[-_ ]?${YEAR}`,
].join('|')})(?!\\d)`;

/** Times of a day as names hold them, as the source of a regular expression without groups. */
export const TIME_SOURCE = `(?<!\\d)(?:${CLOCK})(?!\\d)`;

/** A day that a name tells. */
export interface NamedDay {
  /** ISO 8601: `2026-11-20`. */
  readonly iso: string;
  /** The other reading of `03-04-2026`, month first; `null` where there is one reading only. */
  readonly monthFirst: string | null;
}

function isoDay(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  // A day that the month has not is one of the next month; month 0 is December.
  return date.getUTCMonth() === month - 1 ? date.toISOString().slice(0, 10) : null;
}

const numbers = (found: RegExpExecArray): [number, number, number] => [
  Number(found[1]),
  Number(found[2]),
  Number(found[3]),
];

/**
 * Reads a day in any of the forms of {@link DAY_SOURCE}; a time behind it is left out. Dots are German and have the day
 * first; dashes are read in both ways.
 *
 * @returns `null` if the text is not a day of the calendar
 * @example
 * parseDay('20261120') // { iso: '2026-11-20', monthFirst: null }
 * parseDay('01.05.2024') // { iso: '2024-05-01', monthFirst: null }
 * parseDay('03-04-2026') // { iso: '2026-04-03', monthFirst: '2026-03-04' }
 */
export function parseDay(text: string): NamedDay | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (!new RegExp(`^(?:${DAY_SOURCE})$`, 'iu').test(plain)) return null;
  const yearFirst = /^(\d{4})[-_. 年]?(\d{1,2})[-_. 月]?(\d{1,2})/u.exec(plain);
  if (yearFirst !== null) {
    const iso = isoDay(...numbers(yearFirst));
    return iso === null ? null : { iso, monthFirst: null };
  }
  const named = /^(\d{1,2})[-_ ]?([a-z]{3})[a-z]*[-_ ]?(\d{4})$/u.exec(plain);
  if (named !== null) {
    const iso = isoDay(Number(named[3]), MONTH_NAMES.indexOf(named[2] ?? '') + 1, Number(named[1]));
    return iso === null ? null : { iso, monthFirst: null };
  }
  const yearLast = /^(\d{1,2})([-_.])(\d{1,2})[-_.](\d{4})$/u.exec(plain);
  if (yearLast === null) return null;
  const [first, second, year] = [Number(yearLast[1]), Number(yearLast[3]), Number(yearLast[4])];
  const dayFirst = isoDay(year, second, first);
  const monthFirst = yearLast[2] === '.' || first === second ? null : isoDay(year, first, second);
  if (dayFirst === null) return monthFirst === null ? null : { iso: monthFirst, monthFirst: null };
  return { iso: dayFirst, monthFirst };
}

/**
 * Reads a folder that stands for a month or a year: `2026-11`, `2026`.
 *
 * @returns ISO 8601 of reduced precision; `null` if it is neither
 */
export function parseMonthOrYear(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  const month = new RegExp(`^(${YEAR})[-_. ]?(${MONTH})$`, 'u').exec(plain);
  if (month !== null) return `${month[1]}-${month[2]}`;
  return new RegExp(`^${YEAR}$`, 'u').test(plain) ? plain : null;
}

/** Whether a text is a time of the day and nothing else: `101523`, `10-15-23`. */
export function isTime(text: string): boolean {
  return new RegExp(`^${TIME_SOURCE}$`, 'iu').test(text.normalize('NFKC').trim());
}
