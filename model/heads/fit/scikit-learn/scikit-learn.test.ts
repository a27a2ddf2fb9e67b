import { describe, expect, it } from 'vitest';
import { calibrate } from '../../../../core/heads/probabilities.ts';
import type { Targets } from '../../../cohort/cohort.ts';
import { isotonicCalibration } from '../calibration/isotonic.ts';
import { plattCalibration } from '../calibration/platt.ts';
import { PENALTIES } from '../choose-penalty.ts';
import { fitHead } from '../fit-head.ts';
import { fitTargets } from '../fit-targets.ts';
import { FeatureBasis } from '../linear/feature-basis.ts';
import { minimize, type ProblemSpace } from '../linear/minimize.ts';
import cases from './cases.json' with { type: 'json' };

const PRECISE = { tolerance: 1e-24, iterations: 500 };

function targetsOf(classes: readonly number[]): Targets {
  const names = [...new Set(classes)].sort().map((name) => `class-${name}`);
  return names.length === 2
    ? { kind: 'labels', names: ['class-1'], values: Int8Array.from(classes) }
    : { kind: 'classes', names, values: Int16Array.from(classes) };
}

describe.each(cases.linear)('of $name', ({ features, classes, fits }) => {
  const values = () => Float32Array.from(features.flat());
  const dimensions = features[0]?.length ?? 0;
  const groups = classes.map((_, row) => `P${row}`);

  it('weights agree with LogisticRegression of scikit-learn for every strength of the penalty', async () => {
    const basis = await FeatureBasis.of(values(), dimensions);
    const targets = fitTargets(targetsOf(classes), groups, undefined);
    const isSoftmax = targets.kind === 'multi-class';
    const space: ProblemSpace = {
      link: isSoftmax ? 'softmax' : 'sigmoid',
      width: targets.names.length,
      targets: targets.codes,
      folds: new Uint8Array(groups.length),
      variances: basis.variances,
    };
    expect(fits.map(({ penalty }) => penalty)).toEqual(
      PENALTIES.map((penalty) => expect.closeTo(penalty, 9)),
    );
    for (const { penalty, weights, biases } of fits) {
      const [solved = new Float64Array()] = await minimize(
        basis.rows,
        space,
        [{ held: -1, target: 0, penalty }],
        [],
        PRECISE,
      );
      const own = weights.map((_, label) =>
        basis.unfold(solved.subarray(label * (dimensions + 1), (label + 1) * (dimensions + 1))),
      );
      const largest = Math.max(...weights.flat().map(Math.abs));
      own.forEach((label, index) => {
        for (const [channel, weight] of (weights[index] ?? []).entries()) {
          expect(Math.abs((label.weights[channel] ?? Number.NaN) - weight) / largest).toBeLessThan(1e-5);
        }
      });
      // Of classes only the biases' differences are determined.
      const centred = (values: readonly number[]) =>
        isSoftmax
          ? values.map((value) => value - values.reduce((sum, one) => sum + one, 0) / values.length)
          : values;
      expect(centred(own.map(({ bias }) => bias))).toEqual(
        centred(biases).map((bias) => expect.closeTo(bias, 5)),
      );
    }
  });

  it('a fitted head has the weights of the strength that it chose', async () => {
    const head = await fitHead(
      {
        features: values(),
        feature: 'patient',
        targets: targetsOf(classes),
        groups,
        origin: {
          model: 'ab'.repeat(32),
          preprocessing: 'p',
          trained: true,
          precision: null,
          equivalents: [],
        },
      },
      {
        name: 'h',
        intendedUse: 'tests',
        threshold: { kind: 'youden' },
        calibration: 'platt',
        folds: 5,
        seed: '1',
      },
    );
    const [first] = Object.values(head.statistics?.labels ?? {});
    const fit = fits.find(({ penalty }) => Math.abs(penalty / (first?.penalty ?? 0) - 1) < 1e-9);
    head.labels.forEach((label, index) => {
      label.weights.forEach((weight, channel) => {
        expect(weight).toBeCloseTo(fit?.weights[index]?.[channel] ?? Number.NaN, 5);
      });
    });
  });
});

describe.each(cases.calibration)('of scores with $name', ({ scores, labels, platt, isotonic }) => {
  it('Platt scaling agrees with scikit-learn', () => {
    const { slope, intercept } = plattCalibration(scores, labels);
    expect(slope).toBeCloseTo(platt.slope, 4);
    expect(intercept).toBeCloseTo(platt.intercept, 4);
  });

  it('isotonic regression agrees with scikit-learn', () => {
    const calibration = isotonicCalibration(scores, labels);
    expect(isotonic.points.map((point) => calibrate(calibration, point))).toEqual(
      isotonic.probabilities.map((probability) => expect.closeTo(probability, 9)),
    );
  });
});
