import type { MonthReport } from './month-report.ts';

/** A figure that nobody can compute is an empty cell, never a zero. */
const cell = (value: number | string | boolean | null) => (value === null ? '' : String(value));

/**
 * A month's figures as CSV (RFC 4180), one figure a row: `figure,value`. No cell holds text of a person.
 *
 * @example monthCsv(report).split('\r\n')[0] // 'figure,value'
 */
export function monthCsv(report: MonthReport): string {
  const { program, month, uptake, exams, ungradable, referred, turnaround, agreement, truncated } = report;
  const rows: readonly (readonly [string, number | string | boolean | null])[] = [
    ['program', program],
    ['month', month],
    ['patients', uptake.patients],
    ['invited', uptake.invited],
    ['uptake_share', uptake.share],
    ['exams', exams],
    ['ungradable_exams', ungradable.exams],
    ['ungradable_share', ungradable.share],
    ...ungradable.reasons.map(
      ({ reason, photographs }) => [`ungradable_photographs_${reason}`, photographs] as const,
    ),
    ['referred_exams', referred.exams],
    ['referred_urgent_exams', referred.urgent],
    ['referred_share', referred.share],
    ['read_exams', turnaround.exams],
    ['turnaround_median_hours', turnaround.medianHours],
    ['turnaround_p90_hours', turnaround.p90Hours],
    ['read_late_exams', turnaround.late],
    ['agreement_exams', agreement.exams],
    ['agreement_observed', agreement.observed],
    ['agreement_kappa', agreement.kappa],
    ['truncated', truncated],
  ];
  return ['figure,value', ...rows.map(([figure, value]) => `${figure},${cell(value)}`), ''].join('\r\n');
}
