import { expect, it } from 'vitest';
import type { MonthReport } from '../../core/summary/month-report.ts';
import { monthText } from './month.ts';

const REPORT: MonthReport = {
  ...{ program: 'north', month: '2026-05', exams: 40, truncated: false },
  uptake: { patients: 38, invited: 50, share: 0.76 },
  ungradable: { exams: 5, share: 0.125, reasons: [{ reason: 'out-of-focus', photographs: 4 }] },
  referred: { exams: 9, urgent: 2, share: 0.225 },
  turnaround: { exams: 14, medianHours: 20.04, p90Hours: 70, late: 1 },
  agreement: { exams: 14, observed: 0.9, kappa: 0.812 },
  notice: 'Research use only: not for diagnosis.',
};

it('is told in words, each figure with what it is of', () => {
  const text = monthText(REPORT);
  for (const said of [
    ...['40 exams of 38 patients', 'uptake       76.0 %', 'ungradable   5, 12.5 %', 'out-of-focus 4'],
    ...['referred     9, 22.5 %; urgent 2', 'median 20.0 h, nine of ten within 70.0 h; late 1', 'kappa 0.81'],
  ])
    expect(text).toContain(said);
});

it('says what is unknown, and that it is a part', () => {
  const uptake = { ...REPORT.uptake, invited: null, share: null };
  const agreement = { exams: 0, observed: null, kappa: null };
  const text = monthText({ ...REPORT, uptake, agreement, truncated: true });
  expect(text).toMatch(/--invited/);
  expect(text).toMatch(/unknown of readings with the model, kappa unknown/);
  expect(text).toMatch(/figures of a part/);
});
