import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isotonicCalibration } from './isotonic.ts';
import { plattCalibration } from './platt.ts';
import { thresholdFor } from './threshold.ts';

const LABELS = [0, 0, 0, 1, 0, 1, 1, 1];
const PROBABILITIES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];

const cases = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.boolean()), { minLength: 4, maxLength: 40 })
  .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2)
  .map((rows) => ({
    probabilities: rows.map(([tenths]) => tenths / 10),
    labels: rows.map(([, label]) => Number(label)),
  }));

/** By counting. */
function at(threshold: number, { probabilities, labels }: { probabilities: number[]; labels: number[] }) {
  const share = (label: number, positive: boolean) => {
    const own = probabilities.filter((_, index) => labels[index] === label);
    return own.filter((probability) => probability >= threshold === positive).length / own.length;
  };
  return { sensitivity: share(1, true), specificity: share(0, false) };
}

describe('a threshold', () => {
  it.each([
    [{ kind: 'sensitivity', least: 1 } as const, 0.35, 1, 0.75],
    [{ kind: 'sensitivity', least: 0.75 } as const, 0.55, 0.75, 1],
    [{ kind: 'specificity', least: 1 } as const, 0.55, 0.75, 1],
    [{ kind: 'specificity', least: 0.75 } as const, 0.35, 1, 0.75],
    [{ kind: 'youden' } as const, 0.55, 0.75, 1],
  ])('for %o is where the cases say', (aim, threshold, sensitivity, specificity) => {
    expect(thresholdFor(aim, PROBABILITIES, LABELS)).toEqual({
      threshold: expect.closeTo(threshold, 9),
      sensitivity,
      specificity,
    });
  });

  it('reaches what it is set for, gives what it says, and no better one does', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 10 }), (set, tenths) => {
        const least = tenths / 10;
        for (const kind of ['sensitivity', 'specificity'] as const) {
          const other = kind === 'sensitivity' ? 'specificity' : 'sensitivity';
          const found = thresholdFor({ kind, least }, set.probabilities, set.labels);
          expect(found.threshold).toBeLessThanOrEqual(1);
          const counted = at(found.threshold, set);
          expect(counted.sensitivity).toBeCloseTo(found.sensitivity, 9);
          expect(counted.specificity).toBeCloseTo(found.specificity, 9);
          const possible = [...set.probabilities, 1.1].map((threshold) => at(threshold, set));
          const reached = possible.filter((point) => point[kind] >= least - 1e-9);
          if (found[kind] < least - 1e-9) {
            // Only where nothing below a probability of 1 reaches it.
            expect(kind).toBe('specificity');
            expect(set.probabilities).toContain(1);
          } else expect(found[other]).toBeCloseTo(Math.max(...reached.map((point) => point[other])), 9);
        }
      }),
    );
  });
});

describe('calibration', () => {
  it('by isotonic regression rises and keeps the mean', () => {
    fc.assert(
      fc.property(cases, ({ probabilities, labels }) => {
        const { scores, probabilities: fitted } = isotonicCalibration(probabilities, labels);
        expect(fitted).toEqual(fitted.toSorted((a, b) => a - b));
        expect(scores).toEqual(scores.toSorted((a, b) => a - b));
        const mean = (values: readonly number[]) =>
          values.reduce((sum, value) => sum + value, 0) / values.length;
        const read = probabilities.map(
          (score) => fitted[scores.indexOf(score)] ?? between(score, scores, fitted),
        );
        expect(mean(read)).toBeCloseTo(mean(labels), 9);
      }),
    );
  });

  it('by Platt of scores that say nothing, or the opposite, gives the share of positives', () => {
    const { slope, intercept } = plattCalibration([3, 2, 1, 0], [0, 0, 1, 1]);
    expect(slope).toBeGreaterThan(0);
    expect(1 / (1 + Math.exp(-intercept))).toBeCloseTo(0.5, 5);
    expect(plattCalibration([1, 1, 1, 1], [0, 1, 0, 0]).slope).toBeGreaterThan(0);
  });
});

function between(score: number, scores: readonly number[], values: readonly number[]): number {
  const after = scores.findIndex((point) => point > score);
  return values[after] ?? Number.NaN;
}
