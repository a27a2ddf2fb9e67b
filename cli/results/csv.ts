import { stringify } from 'csv-stringify/sync';
import type { ResultLine } from '../../core/exams/result-line.ts';

/** Columns of the table. */
const COLUMNS = [
  'program',
  'patient',
  'exam',
  'outcome',
  'screenedAt',
  'model',
  'leftGradable',
  'leftReason',
  'rightGradable',
  'rightReason',
  'level',
  'head',
  'label',
  'probability',
  'threshold',
  'positive',
  'flags',
  'leftDetected',
  'rightDetected',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], unknown>>>;

/** One row a finding; an exam without findings has one row. */
function rowsOf(line: ResultLine): Row[] {
  const { left, right } = line.eyes;
  const { program, patient, exam, outcome, screenedAt, model } = line;
  const common: Row = {
    ...{ program, patient, exam, outcome, screenedAt, model },
    leftGradable: left?.gradable,
    leftReason: left?.reason,
    leftDetected: left?.laterality?.detected,
    rightGradable: right?.gradable,
    rightReason: right?.reason,
    rightDetected: right?.laterality?.detected,
    flags: line.flags.join(' '),
  };
  return line.findings.length === 0 ? [common] : line.findings.map((finding) => ({ ...common, ...finding }));
}

/** The header line. */
export function csvHeader(): string {
  return stringify([COLUMNS], { eof: false });
}

/** An exam as lines of CSV. Cells that a spreadsheet would run as a formula are kept text. @see RFC 4180 */
export function csvLines(line: ResultLine): string {
  return stringify(rowsOf(line), {
    columns: [...COLUMNS],
    eof: false,
    escape_formulas: true,
    cast: { boolean: String },
  });
}
