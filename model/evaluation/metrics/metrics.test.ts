import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationError } from '../errors.ts';
import {
  brierScore,
  type Confusion,
  confusionAt,
  expectedCalibrationError,
  f1,
  macroMean,
  negativePredictiveValue,
  positivePredictiveValue,
  quadraticKappa,
  RankedScores,
  reliability,
  rocAtGrid,
  rocCurve,
  sensitivity,
  singleClassReason,
  specificity,
} from './index.ts';
import stored from './scikit-learn/cases.json' with { type: 'json' };

/** 1e-9, and NaN where scikit-learn has no figure. */
function expectAgreement(ours: number, theirs: number | null): void {
  if (theirs === null) expect(ours).toBeNaN();
  else expect(Math.abs(ours - theirs)).toBeLessThan(1e-9);
}

describe.each(stored.binary)('of scikit-learn\'s case "$name"', (expected) => {
  const { labels, probabilities, threshold } = expected;
  const ranked = new RankedScores(labels, probabilities);

  it('AUROC and average precision agree', () => {
    expectAgreement(ranked.auroc(), expected.auroc);
    expectAgreement(ranked.averagePrecision(), expected.averagePrecision);
  });

  it.each<[keyof typeof expected, (counts: Confusion) => number]>([
    ['sensitivity', sensitivity],
    ['specificity', specificity],
    ['positivePredictiveValue', positivePredictiveValue],
    ['negativePredictiveValue', negativePredictiveValue],
    ['f1', f1],
  ])('%s agrees', (name, measure) => {
    expectAgreement(measure(confusionAt(labels, probabilities, threshold)), expected[name] as number | null);
  });

  it('Brier score agrees', () => expectAgreement(brierScore(labels, probabilities), expected.brier));

  it('reliability bins agree, and so the calibration error of them', () => {
    if (expected.auroc === null) return;
    const bins = reliability(labels, probabilities).filter(({ cases }) => cases > 0);
    expect(bins).toHaveLength(expected.reliability.meanProbability.length);
    for (const [index, bin] of bins.entries()) {
      expectAgreement(bin.meanProbability ?? Number.NaN, expected.reliability.meanProbability[index] ?? null);
      expectAgreement(
        bin.shareOfPositives ?? Number.NaN,
        expected.reliability.shareOfPositives[index] ?? null,
      );
    }
    const error = bins.reduce(
      (sum, { cases, meanProbability, shareOfPositives }) =>
        sum + (cases / labels.length) * Math.abs((meanProbability ?? 0) - (shareOfPositives ?? 0)),
      0,
    );
    expectAgreement(expectedCalibrationError(labels, probabilities), error);
  });

  it('every corner of our ROC curve is one of theirs, and at every rate of theirs lies as high', () => {
    if (expected.auroc === null) return;
    const { falsePositiveRate, truePositiveRate } = rocCurve(ranked);
    const theirs = expected.roc.falsePositiveRate.map((x, index) => [
      x,
      expected.roc.truePositiveRate[index],
    ]);
    for (const [index, x] of falsePositiveRate.entries()) {
      const near = theirs.filter(
        ([a = 9, b = 9]) => Math.abs(a - x) + Math.abs(b - (truePositiveRate[index] ?? 9)) < 1e-9,
      );
      expect(near).not.toEqual([]);
    }
    const area = falsePositiveRate
      .slice(1)
      .reduce(
        (sum, x, index) =>
          sum +
          ((x - (falsePositiveRate[index] ?? 0)) *
            ((truePositiveRate[index] ?? 0) + (truePositiveRate[index + 1] ?? 0))) /
            2,
        0,
      );
    expectAgreement(area, expected.auroc);
  });
});

describe.each(stored.classes)('of scikit-learn\'s classes "$name"', (expected) => {
  const { truth, probabilities } = expected;
  const ofClasses = (probabilities[0] ?? []).map(
    (_, index) =>
      new RankedScores(
        truth.map((value) => value === index),
        probabilities.map((row) => row[index] ?? 0),
      ),
  );

  it('macro AUROC and macro average precision agree', () => {
    expectAgreement(macroMean(ofClasses.map((ranked) => ranked.auroc())), expected.macroAuroc);
    expectAgreement(
      macroMean(ofClasses.map((ranked) => ranked.averagePrecision())),
      expected.macroAveragePrecision,
    );
  });

  it('quadratic kappa agrees', () => {
    const found = probabilities.map((row) => row.indexOf(Math.max(...row)));
    expectAgreement(quadraticKappa(truth, found, ofClasses.length), expected.quadraticKappa);
  });
});

const cohort = fc
  .array(
    fc.record({
      label: fc.integer({ min: 0, max: 1 }),
      score: fc.integer({ min: 0, max: 12 }).map((tenth) => tenth / 12),
      times: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .filter((rows) => new Set(rows.filter(({ times }) => times > 0).map(({ label }) => label)).size === 2)
  .map((rows) => ({
    labels: rows.map(({ label }) => label),
    scores: rows.map(({ score }) => score),
    times: rows.map(({ times }) => times),
    repeated: rows.flatMap((row) => Array.from({ length: row.times }, () => row)),
  }));

describe('of any cohort', () => {
  it('AUROC is the share of pairs in the right order, ties as half', () => {
    fc.assert(
      fc.property(cohort, ({ labels, scores }) => {
        const of = (label: number) => scores.filter((_, row) => labels[row] === label);
        const pairs = of(1).flatMap((a) => of(0).map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
        const share = pairs.reduce((sum: number, pair) => sum + pair, 0) / pairs.length;
        expectAgreement(new RankedScores(labels, scores).auroc(), share);
      }),
    );
  });

  it('counting a row n times is having it n times, in every figure', () => {
    fc.assert(
      fc.property(cohort, ({ labels, scores, times, repeated }) => {
        const [ranked, plain] = [
          new RankedScores(labels, scores),
          new RankedScores(
            repeated.map(({ label }) => label),
            repeated.map(({ score }) => score),
          ),
        ];
        expectAgreement(ranked.auroc(times), plain.auroc());
        expectAgreement(ranked.averagePrecision(times), plain.averagePrecision());
        const truth = repeated.map(({ label }) => label);
        const found = repeated.map(({ score }) => score);
        expect(confusionAt(labels, scores, 0.5, times)).toEqual(confusionAt(truth, found, 0.5));
        expectAgreement(
          expectedCalibrationError(labels, scores, times),
          expectedCalibrationError(truth, found),
        );
        expectAgreement(brierScore(labels, scores, times), brierScore(truth, found));
        const calls = (values: readonly number[]) => values.map((score) => (score >= 0.5 ? 1 : 0));
        const kappa = quadraticKappa(truth, calls(found), 2);
        expectAgreement(quadraticKappa(labels, calls(scores), 2, times), Number.isNaN(kappa) ? null : kappa);
      }),
    );
  });

  it('the curve read at a grid climbs from its first corner to 1, and its area is the AUROC', () => {
    fc.assert(
      fc.property(cohort, ({ labels, scores }) => {
        const ranked = new RankedScores(labels, scores);
        const grid = new Float64Array(20_001);
        expect(rocAtGrid(ranked.cumulate(), grid)).toBe(true);
        expect(grid.at(-1)).toBe(1);
        expect(grid.every((value, index) => index === 0 || value >= (grid[index - 1] ?? 0) - 1e-12)).toBe(
          true,
        );
        expect(grid.reduce((sum, value) => sum + value, 0) / grid.length).toBeCloseTo(ranked.auroc(), 3);
      }),
      { numRuns: 30 },
    );
  });

  it('a rising change of every score changes no rank figure', () => {
    fc.assert(
      fc.property(cohort, ({ labels, scores }) => {
        const [before, after] = [scores, scores.map((score) => Math.exp(3 * score) - 7)].map(
          (values) => new RankedScores(labels, values),
        );
        expect(after?.auroc()).toBe(before?.auroc());
        expect(after?.averagePrecision()).toBe(before?.averagePrecision());
      }),
    );
  });
});

describe('what cannot be measured', () => {
  it('is told with its reason', () => {
    expect([singleClassReason(0, 3), singleClassReason(3, 0), singleClassReason(0, 0)]).toEqual([
      'no case has the label',
      'every case has the label',
      'no case is labelled',
    ]);
  });

  it('is refused where the numbers are none', () => {
    expect(() => new RankedScores([0, 1], [0.5, Number.NaN])).toThrow(/row 2 is not a number/);
    expect(() => new RankedScores([0, 1], [0.5])).toThrow(EvaluationError);
    expect(() => quadraticKappa([0, 5], [0, 1], 5)).toThrow(/Row 2 has grade 5.*0 to 4/);
  });
});
