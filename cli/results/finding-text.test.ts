import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../core/reviews/result-line.ts';
import { resultLine } from '../export/testing/result-lines.ts';
import { comparisonText, findingsTexts, findingText, sortedFindings } from './finding-text.ts';
import { outcomeText } from './outcome-text.ts';
import { resultsNotice, resultsTable } from './table.ts';

/** Without colours and with usual spaces. */
const plain = (text: string) => stripVTControlCharacters(text).replaceAll('\u00A0', ' ');

describe('a finding in words', () => {
  it.each([
    [0.83, 0.4, true, '0.83 ≥ 0.40'],
    [0.4, 0.4, true, '0.40 ≥ 0.40'],
    [0.3996, 0.4, false, '0.3996 < 0.4000'],
    [0.4004, 0.4, true, '0.4004 ≥ 0.4000'],
    [0.02, 0.985, false, '0.02 < 0.98'],
    [0.39999999, 0.4, false, '0.400000 < 0.400000'],
  ])('sets %s beside its threshold %s', (probability, threshold, positive, text) => {
    expect(plain(comparisonText(probability, threshold, positive))).toBe(text);
  });

  it('names the eye, but not the patient', () => {
    const finding = {
      image: null,
      head: 'odir',
      label: 'amd',
      probability: 0.7,
      threshold: 0.2,
      positive: true,
    } as const;
    expect(plain(findingText({ ...finding, level: 'left' }))).toBe('amd 0.70 ≥ 0.20 (left)');
    expect(plain(findingText({ ...finding, level: 'right' }))).toBe('amd 0.70 ≥ 0.20 (right)');
    expect(plain(findingText({ ...finding, level: 'patient' }))).toBe('amd 0.70 ≥ 0.20');
  });
});

const MOST = { level: 'patient', image: null, head: 'odir' } as const;
const NORMAL = { ...MOST, label: 'normal', probability: 0.95, threshold: 0.5, positive: true } as const;
const GLAUCOMA = {
  level: 'right',
  image: 'images/north/P7/2026/right.jpg',
  head: 'eyes',
  label: 'glaucoma',
  probability: 0.61,
  threshold: 0.4,
  positive: true,
} as const;

/** The one referred for its right eye, whom a head calls normal all the same. */
const CONFLICT: ResultLine = {
  ...resultLine(2),
  outcome: 'refer',
  findings: [NORMAL, GLAUCOMA],
  final: { outcome: 'refer', decidedBy: 'machine' },
  reasons: [
    { ...GLAUCOMA, outcome: 'refer', because: 'finding' },
    { ...NORMAL, outcome: 'recall', because: 'finding' },
  ],
};

describe('findings of one label', () => {
  it('are told together, each with whom it is about', () => {
    const left = { ...GLAUCOMA, level: 'left', probability: 0.7, threshold: 0.3 } as const;
    expect(findingsTexts([GLAUCOMA, NORMAL, left]).map(plain)).toEqual([
      'glaucoma: right 0.61 ≥ 0.40, left 0.70 ≥ 0.30',
      'normal: patient 0.95 ≥ 0.50',
    ]);
  });
});

describe('a conflict', () => {
  it('tells what decided from what speaks against it', () => {
    const { deciding, against } = sortedFindings(CONFLICT);
    expect(deciding.map(({ label }) => label)).toEqual(['glaucoma']);
    expect(against.map(({ label }) => label)).toEqual(['normal']);
    const table = plain(resultsTable([CONFLICT]));
    expect(table).toContain('glaucoma: right 0.61 ≥ 0.40');
    expect(table).toContain('although normal:');
  });

  it('is none where the patient is sent home, or a result tells no reasons', () => {
    const home: ResultLine = {
      ...CONFLICT,
      outcome: 'recall',
      findings: [NORMAL],
      final: { outcome: 'recall', decidedBy: 'machine' },
    };
    expect(sortedFindings(home).against).toEqual([]);
    expect(sortedFindings({ ...CONFLICT, reasons: [] }).deciding.map(({ label }) => label)).toEqual([
      'normal',
      'glaucoma',
    ]);
  });
});

describe('an outcome', () => {
  it('is the one that holds, with the one of the model beside it where readers changed that', () => {
    expect(plain(outcomeText(CONFLICT))).toBe('refer');
    const review = { outcome: 'recall', status: 'final', stage: null, verdicts: [] } as const;
    const changed: ResultLine = {
      ...CONFLICT,
      review: { ...review, verdicts: [] },
      final: { outcome: 'recall', decidedBy: 'arbiter' },
    };
    expect(plain(outcomeText(changed))).toBe('recall\nby arbiter\nmodel: refer');
    const open: ResultLine = {
      ...CONFLICT,
      review: { outcome: null, status: 'preliminary', stage: 'second', verdicts: [] },
    };
    expect(plain(outcomeText(open))).toBe('refer\nwaits: second');
  });

  it('of an exam that no head could decide says that nothing is assessed', () => {
    const none: ResultLine = {
      ...CONFLICT,
      outcome: 'not-assessed',
      findings: [],
      final: { outcome: 'not-assessed', decidedBy: 'machine' },
      reasons: [{ outcome: 'not-assessed', because: 'no-evidence', eye: 'left' }],
    };
    expect(plain(resultsTable([none])).replaceAll(/\s+/g, ' ')).toMatch(
      /not-assessed .*nothing is being assessed/,
    );
    expect(plain(resultsNotice([none, CONFLICT])).replaceAll(/\s+/g, ' ')).toContain(
      'In 1 of 2 exams nothing is being assessed',
    );
    expect(resultsNotice([CONFLICT])).not.toContain('assessed');
  });
});
