import { stringify } from 'csv-stringify/sync';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { RESULT_COLUMNS, type ResultColumn, type RowKind } from './result-columns.ts';
import { resultRows } from './result-rows.ts';

/**
 * `plain`: UTF-8 by RFC 4180, for programs. `excel`: for a double click in Excel, which takes a file without a byte order
 * mark for Windows' own letters, and text that looks like a number, a date or a formula for one.
 */
export type CsvDialect = 'plain' | 'excel';

const BYTE_ORDER_MARK = '\uFEFF';

/** What Excel runs, or reads as a number. */
const NOT_TEXT_TO_EXCEL = /^\s*[=+\-@\t\r\d.]/;

/** Text as a formula that is this text, the one way by which Excel leaves it as it is: `="0012"`. */
function excelText(text: string, column: ResultColumn): string {
  if (text === '' || !(column.chosen === true || NOT_TEXT_TO_EXCEL.test(text))) return text;
  return `="${text.replaceAll('"', '""')}"`;
}

function cellsOf(
  columns: readonly ResultColumn[],
  row: Readonly<Record<string, unknown>>,
  dialect: CsvDialect,
) {
  return columns.map((column) => {
    const cell = row[column.name];
    if (typeof cell === 'boolean') return String(cell);
    return dialect === 'excel' && column.type === 'text' && typeof cell === 'string'
      ? excelText(cell, column)
      : cell;
  });
}

/** The line of names, in Excel's dialect behind a byte order mark. */
export function csvHeader(kind: RowKind, dialect: CsvDialect): string {
  const header = stringify([RESULT_COLUMNS[kind].map(({ name }) => name)], { record_delimiter: 'windows' });
  return dialect === 'excel' ? `${BYTE_ORDER_MARK}${header}` : header;
}

/**
 * Exams as lines of CSV. In the plain dialect an apostrophe stands before what a spreadsheet would run as a formula.
 *
 * @see RFC 4180
 */
export function csvLines(kind: RowKind, dialect: CsvDialect, lines: readonly ResultLine[]): string {
  const columns = RESULT_COLUMNS[kind];
  const rows = lines.flatMap((line) => resultRows(kind, line));
  return stringify(
    rows.map((row) => cellsOf(columns, row, dialect)),
    { record_delimiter: 'windows', escape_formulas: dialect === 'plain' },
  );
}
