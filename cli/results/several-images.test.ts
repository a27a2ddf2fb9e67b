import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../core/exams/finding.ts';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { observationsOf } from '../export/fhir/testing/resources.ts';
import { resultLine } from '../export/testing/result-lines.ts';
import { csvHeader, csvLines } from './csv.ts';
import { resultsNotice, resultsTable } from './table.ts';

const [MACULA, DISC] = ['images/north/P1/1/left-macula.jpg', 'images/north/P1/1/left-disc.jpg'] as const;

const finding = (change: Partial<Finding>): Finding => ({
  ...{ level: 'left', image: MACULA, head: 'odir', label: 'glaucoma', threshold: 0.5 },
  ...{ probability: 0.4, positive: false },
  ...change,
});

/** The left eye's disc alone reaches a threshold that the eye does not; of `normal` its macula stays below. */
const LINE: ResultLine = {
  ...resultLine(1),
  findings: [
    finding({ calibrated: false, alone: [{ image: DISC, probability: 0.7 }] }),
    finding({ label: 'amd', probability: 0.8, positive: true, calibrated: false }),
    finding({ level: 'right', label: 'amd', probability: 0.6, positive: true }),
  ],
};
const ALIKE: ResultLine = { ...LINE, findings: [finding({ probability: 0.6, positive: true })] };

function rows(kind: 'finding' | 'exam', line: ResultLine): Record<string, string>[] {
  return parse(`${csvHeader(kind, 'plain')}${csvLines(kind, 'plain', [line])}`, {
    columns: true,
  }) as Record<string, string>[];
}

describe('an eye of several images', () => {
  it('is said in the table to have images that disagree, and which numbers are not calibrated', () => {
    const table = resultsTable([LINE]);
    const text = table.replaceAll(/\s+/g, ' ');
    expect(text).toContain('disagree');
    expect(table.replaceAll('\u00A0', ' ')).toMatch(/left 0\.80 ≥ 0\.50 ~/);
    expect(table.replaceAll('\u00A0', ' ')).not.toMatch(/right 0\.60 ≥ 0\.50 ~/);
    for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const notice = resultsNotice([LINE]);
    expect(notice.replaceAll(/\s+/g, ' ')).toContain(
      `${LINE.patient} ${LINE.exam}: left-disc.jpg alone (glaucoma)`,
    );
    expect(notice).toMatch(/~ several images/);
    for (const line of notice.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says nothing of it where images agree and the head was measured', () => {
    expect(`${resultsTable([ALIKE])}${resultsNotice([ALIKE])}`).not.toMatch(/disagree|~/);
  });

  it('names ten images below a table, and says how many more there are', () => {
    const lines = Array.from({ length: 13 }, (_, index) => ({ ...LINE, patient: `P${index}` }));
    const notice = resultsNotice(lines);
    expect(notice.match(/left-disc\.jpg alone/g)).toHaveLength(10);
    expect(notice).toContain('and 3 more');
  });

  it('has columns of both at the end of CSV', () => {
    expect(csvHeader('finding', 'plain')).toMatch(/,image,calibrated,disagreeing_images\r\n$/);
    expect(csvHeader('exam', 'plain')).toMatch(/,positive_findings,calibrated,disagreeing_images\r\n$/);
    const told = rows('finding', LINE).map((row) => [row.label, row.calibrated, row.disagreeing_images]);
    expect(told).toEqual([
      ['glaucoma', 'false', DISC],
      ['amd', 'false', ''],
      ['amd', 'true', ''],
    ]);
    expect(rows('exam', LINE)).toMatchObject([{ calibrated: 'false', disagreeing_images: DISC }]);
    expect(rows('exam', ALIKE)).toMatchObject([{ calibrated: 'true', disagreeing_images: '' }]);
    expect(rows('exam', { ...LINE, findings: [] })).toMatchObject([{ calibrated: '' }]);
  });

  it('has both noted in FHIR, and nothing where there is nothing to note', () => {
    const notes = observationsOf(LINE)
      .filter(({ component }) => component?.some(({ code }) => code.text === 'Threshold'))
      .map(({ note = [] }) =>
        note.map(({ text }) => text.replace(/^Research use only.*/, 'Research use only')),
      );
    const calibration = 'Probability and threshold are not calibrated for several photographs of an eye.';
    const notice = 'Research use only';
    expect(notes).toEqual([
      [notice, calibration, `By itself says otherwise: ${DISC}`],
      [notice, calibration],
      [notice],
    ]);
  });
});
