import Table from 'cli-table3';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { colours } from './colours.ts';
import { type ColumnNeed, columnWidths } from './column-widths.ts';

/** Width of an output that does not tell its own. */
const USUAL_WIDTH = 80;
const GAP = '  ';

/** Longer words, such as hashes, are cut before other columns suffer. */
const LONGEST_WHOLE_WORD = 16;

/** A column of such short texts is not wrapped where that can be helped. */
const SHORT = 10;

/** Marks that a line may end here: behind the hyphens of labels and dates. It is taken out again. */
const BREAK = '\u200B ';

/** Columns of standard output: of the terminal, or as the environment's `COLUMNS` says. */
export function terminalWidth(): number {
  const told = process.stdout.columns ?? Number(process.env.COLUMNS);
  return Number.isInteger(told) && told > 0 ? told : USUAL_WIDTH;
}

function withBreaks(text: string): string {
  return text.replaceAll(/-(?=[\p{L}\p{N}])/gu, `-${BREAK}`);
}

/** Sets what is to stay on one line free where it is longer than a line. */
function loosened(text: string, width: number): string {
  const words = text.split(/(?<=[ \n])/u);
  return words
    .map((word) => (stringWidth(word.trimEnd()) > width ? word.replaceAll('\u00A0', ' ') : word))
    .join('');
}

function wrapped(text: string, width: number): string {
  const fits = text.split('\n').every((line) => stringWidth(line) <= width);
  const lines = fits ? text : wrapAnsi(withBreaks(loosened(text, width)), width, { hard: true });
  return lines.replaceAll(BREAK, '').replaceAll('\u200B', '').replaceAll('\u00A0', ' ');
}

function needOf(cells: readonly string[]): ColumnNeed {
  const widest = (parts: readonly string[]) => Math.max(1, ...parts.map((part) => stringWidth(part)));
  const natural = widest(cells.flatMap((cell) => cell.split('\n')));
  if (natural <= SHORT) return { natural, word: natural };
  const word = widest(cells.flatMap((cell) => withBreaks(cell).split(/\s/u)));
  return { natural, word: Math.min(LONGEST_WHOLE_WORD, word) };
}

export interface TableOptions {
  /** In columns; the terminal's own if left out. */
  readonly width?: number;
  /** The column from which on all hold numbers, which are aligned at their right ends. */
  readonly numbersFrom?: number;
  /** The column that has the most to say. */
  readonly foremost?: number;
}

/**
 * A table for a terminal, never wider than it: cells are wrapped, by words where that is possible. East Asian letters
 * count as the two columns that they take, and a no-break space keeps two words on one line. Where the output has no
 * colours the table has none.
 *
 * @param rows cells, as many as titles; they may hold colours and several lines
 */
export function terminalTable(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  options: TableOptions = {},
): string {
  const { width = terminalWidth(), numbersFrom = titles.length, foremost } = options;
  const head = titles.map((title) => colours.bold(title));
  const body = rows.map((row) => row.map(String));
  const needs = titles.map((_, column) => needOf([head, ...body].map((row) => row[column] ?? '')));
  const widths = columnWidths(
    needs,
    Math.max(titles.length, width - GAP.length * (titles.length - 1)),
    foremost,
  );
  const wrap = (row: readonly string[]) => row.map((cell, column) => wrapped(cell, widths[column] ?? 1));
  const line = '─';
  const table = new Table({
    head: wrap(head),
    colWidths: widths,
    colAligns: titles.map((_, column) => (column < numbersFrom ? 'left' : 'right')),
    chars: {
      ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
      ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
      ...{ left: '', 'left-mid': '', right: '', 'right-mid': '' },
      ...{ mid: line, 'mid-mid': line.repeat(GAP.length), middle: GAP },
    },
    // Colours are ours: the library would add its own, into pipes too.
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...body.map(wrap));
  return table
    .toString()
    .split('\n')
    .map((text) => text.trimEnd())
    .join('\n');
}
