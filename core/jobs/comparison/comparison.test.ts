import { describe, expect, it } from 'vitest';
import { allCompared, NO_EXAMS } from './compared-exams.ts';
import { comparedAtLeast, comparisonOf } from './comparison.ts';
import { type LabelComparison, LabelComparisons } from './label-comparison.ts';

const [MAY, JUNE, JULY, AUGUST] = ['05', '06', '07', '08'].map(
  (month) => `2026-${month}-01T00:00:00.000Z`,
) as [string, string, string, string];
const UNDATED = { exams: 32, from: null, to: null };

/** Powers of two: each sum tells its parts. */
const LABEL: LabelComparison = {
  ...{ label: 'amd', both: 1, onlyLive: 2, onlyShadow: 4, neither: 8 },
  unknownLive: { positive: 16, negative: 32 },
};

describe('exams of several parts', () => {
  it('are added up, from the first to the last that was screened', () => {
    const parts = [
      { exams: 1, from: JUNE, to: JUNE },
      { exams: 2, from: MAY, to: JULY },
      { exams: 4, from: JULY, to: AUGUST },
      { exams: 8, from: JUNE, to: JULY },
    ];
    const sum = { exams: 15, from: MAY, to: AUGUST };
    expect(allCompared(parts)).toEqual(sum);
    expect(allCompared(parts.toReversed())).toEqual(sum);
    expect(allCompared([])).toEqual(NO_EXAMS);
  });

  it('have the dates of the parts that have dates', () => {
    const dated = { exams: 2, from: MAY, to: JULY };
    expect(allCompared([dated, UNDATED])).toEqual({ ...dated, exams: 34 });
    expect(allCompared([UNDATED, dated])).toEqual({ ...dated, exams: 34 });
    expect(allCompared([UNDATED, UNDATED])).toEqual({ ...UNDATED, exams: 64 });
  });

  it('are at least as many as those of the label that most of them have', () => {
    expect(comparedAtLeast([{ ...LABEL, both: 0 }, LABEL, { ...LABEL, neither: 0 }])).toEqual({
      ...{ exams: 63, from: null, to: null },
    });
    expect(comparedAtLeast([])).toEqual(NO_EXAMS);
  });

  it('are counted by the parts that tell, and by labels in those that do not', () => {
    const { over } = comparisonOf([
      { compared: [LABEL], over: { exams: 100, from: MAY, to: JUNE } },
      { compared: [LABEL] },
      { compared: [], over: { exams: 1_000, from: JULY, to: AUGUST } },
    ]);
    expect(over).toEqual({ exams: 1_163, from: MAY, to: AUGUST });
  });

  it('count though no label was found in them', () => {
    const comparisons = new LabelComparisons();
    expect(comparisons.over()).toEqual(NO_EXAMS);
    comparisons.add([], [], JULY);
    comparisons.add([], [], MAY);
    comparisons.add([], [], JUNE);
    expect(comparisons.over()).toEqual({ exams: 3, from: MAY, to: JULY });
    expect(comparisons.labels()).toEqual([]);
  });
});
