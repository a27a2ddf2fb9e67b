import { stringify } from 'csv-stringify/sync';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { resultRows } from './result-rows.ts';

/** Names by which `results --format csv` once printed its columns, in their order, with those that they have now. */
export const FORMER_NAMES = {
  program: 'program',
  patient: 'patient',
  exam: 'exam',
  outcome: 'outcome',
  screenedAt: 'screened_at',
  model: 'model',
  leftGradable: 'left_gradable',
  leftReason: 'left_reason',
  rightGradable: 'right_gradable',
  rightReason: 'right_reason',
  level: 'level',
  head: 'head',
  label: 'label',
  probability: 'probability',
  threshold: 'threshold',
  positive: 'positive',
  flags: 'flags',
  leftDetected: 'left_detected',
  rightDetected: 'right_detected',
} as const;

export function formerCsvHeader(): string {
  return stringify([Object.keys(FORMER_NAMES)]);
}

/** Findings as programs that were written for the former names read them: the same values, to the byte. */
export function formerCsvLines(lines: readonly ResultLine[]): string {
  const rows = lines.flatMap((line) => resultRows('finding', line));
  return stringify(
    rows.map((row) => Object.values(FORMER_NAMES).map((name) => row[name])),
    { escape_formulas: true, cast: { boolean: String } },
  );
}
