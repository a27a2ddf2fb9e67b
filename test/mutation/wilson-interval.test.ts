import { expect, it } from 'vitest';
import { scoreTable, sumOf } from './score.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** The ends are the roots p of |share - p| = 1.959964 √(p (1 - p) / trials), found by bisection in Python. */
it.each([
  [8, 10, 0.490_162, 0.943_318],
  [150, 200, 0.685_659, 0.804_918],
  [0, 10, 0, 0.277_533],
  [10, 10, 0.722_467, 1],
])('%i of %i are a share from %f to %f', (hits, trials, low, high) => {
  const [from, to] = wilsonInterval(hits, trials);
  expect(from).toBeCloseTo(low, 5);
  expect(to).toBeCloseTo(high, 5);
});

it('says nothing of nothing', () => {
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

it('makes a table with the sum of all folders', () => {
  const scores = [
    { folder: 'aws', mutants: 10, killed: 8, survived: 1, uncovered: 1, minutes: 1.25 },
    { folder: 'lib', mutants: 0, killed: 0, survived: 0, uncovered: 0, minutes: 0.5 },
  ];
  expect(scoreTable([...scores, sumOf('all', scores)], true).split('\n')).toEqual([
    '| folder | mutants | killed | survived | uncovered | score | 95 % interval | minutes |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    '| aws | 10 | 8 | 1 | 1 | 80.0 % | 49.0 % to 94.3 % | 1.3 |',
    '| lib | 0 | 0 | 0 | 0 |  |  | 0.5 |',
    '| all | 10 | 8 | 1 | 1 | 80.0 % | 49.0 % to 94.3 % | 1.8 |',
  ]);
});
