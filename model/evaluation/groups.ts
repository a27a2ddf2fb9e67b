import { EvaluationError } from './errors.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import type { GroupEvaluation } from './evaluation.ts';
import { rowsOf, type ScoredCohort } from './scored-cohort.ts';

/** More groups than these make no table that anybody reads. */
const MOST_GROUPS = 20;
/** Bands of ten years between these ages; younger and older ones together. */
const [YOUNGEST_BAND, OLDEST_BAND] = [40, 80];
/** What stands for an empty cell. */
export const UNKNOWN_GROUP = 'unknown';

/**
 * The band of an age in years, so that a column of ages makes groups.
 *
 * @example ageBand('57') // '50–59'
 */
export function ageBand(age: string): string {
  const years = Number(age);
  if (age === '' || !Number.isFinite(years) || years < 0) return UNKNOWN_GROUP;
  if (years < YOUNGEST_BAND) return `under ${YOUNGEST_BAND}`;
  if (years >= OLDEST_BAND) return `${OLDEST_BAND} and over`;
  const decade = Math.floor(years / 10) * 10;
  return `${decade}–${decade + 9}`;
}

/** Numbers by size, "under" before and "unknown" after all others. */
function inOrder(a: string, b: string): number {
  const rank = (text: string): number => (text === UNKNOWN_GROUP ? 2 : text.startsWith('under ') ? 0 : 1);
  return rank(a) - rank(b) || a.localeCompare(b, 'en', { numeric: true });
}

function valuesOf(
  column: string,
  attributes: readonly Readonly<Record<string, string>>[],
): readonly string[] {
  const cells = attributes.map((cellsOfCase) => cellsOfCase[column.toLowerCase()] ?? '');
  const ages = column.toLowerCase() === 'age';
  const values = cells.map((cell) => (ages ? ageBand(cell) : cell === '' ? UNKNOWN_GROUP : cell));
  const different = new Set(values).size;
  if (different > MOST_GROUPS) {
    throw new EvaluationError(
      `Column "${column}" has ${different} different values, more than ${MOST_GROUPS} groups that can be compared. Name a column of bands or of kinds.`,
    );
  }
  return values;
}

/**
 * Measures every group by itself: of each column, the cases with the same value.
 *
 * @param attributes of each case, its cells by the column's name in small letters
 * @throws EvaluationError if a column has too many different values
 */
export function evaluateGroups(
  cohort: ScoredCohort,
  attributes: readonly Readonly<Record<string, string>>[],
  columns: readonly string[],
  options: EvaluateOptions = {},
): GroupEvaluation[] {
  return columns.flatMap((column) => {
    const values = valuesOf(column, attributes);
    return [...new Set(values)].sort(inOrder).map((value) => {
      const rows = [...values.keys()].filter((row) => values[row] === value);
      return { column, value, ...evaluate(rowsOf(cohort, rows), options) };
    });
  });
}
