import type { ResultLine } from '../../core/reviews/result-line.ts';
import { type Cell, RESULT_COLUMNS, type RowKind } from './result-columns.ts';

/** A row by the names of its columns. */
export type ResultRow = Readonly<Record<string, Cell>>;

/**
 * An exam as rows of a table: one in all, or one for each finding. An exam without findings has one row then too, whose
 * finding columns are empty.
 */
export function resultRows(kind: RowKind, line: ResultLine): ResultRow[] {
  const columns = RESULT_COLUMNS[kind];
  const findings = kind === 'exam' || line.findings.length === 0 ? [null] : line.findings;
  return findings.map((finding) =>
    Object.fromEntries(columns.map(({ name, value }) => [name, value(line, finding)])),
  );
}

/** How many rows that makes. */
export function countRows(kind: RowKind, lines: readonly ResultLine[]): number {
  if (kind === 'exam') return lines.length;
  return lines.reduce((sum, line) => sum + Math.max(1, line.findings.length), 0);
}
