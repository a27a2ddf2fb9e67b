import { describe, expect, it } from 'vitest';
import { polish } from '../fit-head.ts';
import { FeatureBasis } from '../linear/feature-basis.ts';
import { minimize, type ProblemSpace } from '../linear/minimize.ts';
import { integerCohort } from './integer-cohort.ts';
import expected from './large-cases.json' with { type: 'json' };

describe('a cohort that is fitted in blocks', () => {
  const { rows, channels, positives, sum } = expected;
  const { features, labels } = integerCohort(rows, channels);

  it('is the one that scikit-learn was given', () => {
    expect(labels.reduce((total, label) => total + label, 0)).toBe(positives);
    expect(features.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 3);
    expect(rows * channels).toBeGreaterThan(40_000);
  });

  it('has weights within 1e-6 of the optimum of scikit-learn, for every strength of the penalty', async () => {
    const basis = await FeatureBasis.of(features.slice(), channels);
    const space: ProblemSpace = {
      ...{ link: 'sigmoid', width: 1, targets: labels },
      ...{ folds: new Uint8Array(rows), variances: basis.variances },
    };
    for (const { penalty, weights, bias } of expected.fits) {
      const problems = [{ held: -1, target: 0, penalty }];
      const found = await minimize(basis.rows, space, problems, [], { tolerance: 5e-8, iterations: 200 });
      const [polished = new Float64Array()] = await polish(basis.rows, space, problems, found);
      const own = basis.unfold(polished);
      const largest = Math.max(...weights.map(Math.abs));
      const off = Math.max(
        ...weights.map((weight, at) => Math.abs(weight - (own.weights[at] ?? Number.NaN))),
      );
      expect(off / largest).toBeLessThan(1e-6);
      expect(Math.abs(own.bias - bias) / largest).toBeLessThan(1e-5);
    }
    await basis.rows.release();
  });
});
