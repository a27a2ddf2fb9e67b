import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { polish } from '../model/heads/fit/fit-head.ts';
import { FeatureBasis } from '../model/heads/fit/linear/feature-basis.ts';
import { minimize, type ProblemSpace } from '../model/heads/fit/linear/minimize.ts';
import { integerCohort } from '../model/heads/fit/scikit-learn/integer-cohort.ts';

/**
 * How far weights of a large cohort lie from scikit-learn's optimum, before and after their last digits:
 *
 *   python model/heads/fit/scikit-learn/make-large-cases.py --rows 100000 --channels 128 > optimum.json
 *   node bench/heads-optimum.ts --expected optimum.json
 */
const { values } = parseArgs({ options: { expected: { type: 'string', default: 'optimum.json' } } });
const { rows, channels, fits } = z
  .object({
    rows: z.number(),
    channels: z.number(),
    fits: z.array(z.object({ penalty: z.number(), weights: z.array(z.number()) })),
  })
  .parse(JSON.parse(await readFile(values.expected, 'utf8')));
const { features, labels } = integerCohort(rows, channels);
const basis = await FeatureBasis.of(features, channels);
const space: ProblemSpace = {
  ...{ link: 'sigmoid', width: 1, targets: labels },
  ...{ folds: new Uint8Array(rows), variances: basis.variances },
};
for (const { penalty, weights } of fits) {
  const problems = [{ held: -1, target: 0, penalty }];
  const largest = Math.max(...weights.map(Math.abs));
  const off = (solved: Float64Array | undefined) => {
    const own = basis.unfold(solved ?? new Float64Array()).weights;
    return Math.max(...weights.map((weight, at) => Math.abs(weight - (own[at] ?? Number.NaN)))) / largest;
  };
  const found = await minimize(basis.rows, space, problems, [], { tolerance: 5e-8, iterations: 200 });
  const began = performance.now();
  const [polished] = await polish(basis.rows, space, problems, found);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${rows} × ${channels}, penalty ${penalty}: ${off(found[0]).toExponential(1)} from the optimum in float32, ${off(polished).toExponential(1)} after ${seconds.toFixed(1)} s in float64`,
  );
}
await basis.rows.release();
