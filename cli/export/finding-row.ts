import type { ResultLine } from '../../core/exams/result-line.ts';

/**
 * Columns of a table of findings, in their order: a published form. Columns are added at the end, never taken away or
 * renamed. `text` is UTF-8, `instant` a UTC time stamp, `number` a double.
 */
export const FINDING_COLUMNS = [
  { name: 'program', type: 'text' },
  { name: 'patient', type: 'text' },
  { name: 'exam', type: 'text' },
  { name: 'screened_at', type: 'instant' },
  { name: 'outcome', type: 'text' },
  { name: 'model', type: 'text' },
  { name: 'heads', type: 'text' },
  { name: 'flags', type: 'text' },
  { name: 'left_image', type: 'text' },
  { name: 'left_gradable', type: 'boolean' },
  { name: 'left_reason', type: 'text' },
  { name: 'right_image', type: 'text' },
  { name: 'right_gradable', type: 'boolean' },
  { name: 'right_reason', type: 'text' },
  { name: 'level', type: 'text' },
  { name: 'head', type: 'text' },
  { name: 'label', type: 'text' },
  { name: 'probability', type: 'number' },
  { name: 'threshold', type: 'number' },
  { name: 'positive', type: 'boolean' },
  { name: 'reviewed_outcome', type: 'text' },
  { name: 'review_status', type: 'text' },
] as const;
export type FindingColumn = (typeof FINDING_COLUMNS)[number]['name'];

/** One finding with all that is known of its exam. `null` where a column has no value. */
export type FindingRow = Readonly<Record<FindingColumn, string | number | boolean | null>>;

/** One row a finding; an exam without findings has one row, whose finding columns are empty. */
export function findingRows(line: ResultLine): FindingRow[] {
  const { left, right } = line.eyes;
  const exam = {
    ...{ program: line.program, patient: line.patient, exam: line.exam },
    ...{ screened_at: line.screenedAt, outcome: line.outcome, model: line.model },
    heads: line.heads.join(' '),
    flags: line.flags.join(' '),
    left_image: left?.image ?? null,
    left_gradable: left?.gradable ?? null,
    left_reason: left?.reason ?? null,
    right_image: right?.image ?? null,
    right_gradable: right?.gradable ?? null,
    right_reason: right?.reason ?? null,
    reviewed_outcome: line.review?.outcome ?? null,
    review_status: line.review?.status ?? null,
  };
  const none = { level: null, head: null, label: null, probability: null, threshold: null, positive: null };
  return line.findings.length === 0
    ? [{ ...exam, ...none }]
    : line.findings.map(({ level, head, label, probability, threshold, positive }) => ({
        ...exam,
        ...{ level, head, label, probability, threshold, positive },
      }));
}
