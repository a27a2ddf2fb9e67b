import { expect, it } from 'vitest';
import { FeatureDistance } from '../../core/features/feature-distance.ts';
import { CohortError } from '../errors.ts';
import { seededIndices } from '../evaluation/bootstrap/random.ts';
import { fitDistance } from './fit-distance.ts';
import { thresholdOf } from './record-distance.ts';

const draw = seededIndices(11);
/** Nearly normal, with variance 1. */
const normal = () =>
  Array.from({ length: 12 }, () => draw(2 ** 20) / 2 ** 20).reduce((sum, part) => sum + part, -6);

/** Eyes around (5, -2, 0, 1), with these deviations along the channels. */
function eyes(count: number, deviations: readonly number[]): Float32Array {
  const middle = [5, -2, 0, 1];
  return Float32Array.from(
    { length: 4 * count },
    (_, at) => (middle[at % 4] ?? 0) + (deviations[at % 4] ?? 0) * normal(),
  );
}
const distanceOf = (fitted: ReturnType<typeof fitDistance>, threshold = 1) =>
  new FeatureDistance({ ...fitted, threshold });

it('is counted in deviations along each axis, and in one common one along the others', () => {
  const fitted = fitDistance(eyes(20_000, [10, 3, 0.5, 0.5]), 4, 2);
  const distance = distanceOf(fitted);
  expect(fitted.variances.map((variance) => Math.round(Math.sqrt(variance)))).toEqual([10, 3]);
  expect(fitted.rest).toBeCloseTo(0.25, 1);
  const at = (...from: number[]) =>
    distance.of(Float32Array.of(5 + (from[0] ?? 0), -2 + (from[1] ?? 0), from[2] ?? 0, 1 + (from[3] ?? 0)));
  expect(at(0, 0, 0, 0)).toBeLessThan(0.1);
  expect(at(20, 0, 0, 0)).toBeCloseTo(2, 1);
  expect(at(0, -6, 0, 0)).toBeCloseTo(2, 1);
  // Small against the first channel, and far for these two: (2 / 0.5)² + (1 / 0.5)² = 20.
  expect(at(0, 0, 2, 1)).toBeCloseTo(Math.sqrt(20), 0);
});

it('takes what varies together as one direction, whatever the channels', () => {
  const rows = Float32Array.from({ length: 8_000 }, () => 0);
  for (let eye = 0; eye < 4_000; eye += 1) {
    const [along, across] = [8 * normal(), normal()];
    rows[2 * eye] = along + across;
    rows[2 * eye + 1] = along - across;
  }
  const distance = distanceOf(fitDistance(rows, 2, 1));
  expect(distance.of(Float32Array.of(10, 10))).toBeLessThan(1.5);
  expect(distance.of(Float32Array.of(10, -10))).toBeGreaterThan(9);
});

it('flags as many as it was set for, and nearly all who lie elsewhere', () => {
  const deviations = [4, 2, 1, 1];
  const fitted = fitDistance(eyes(5_000, deviations), 4, 2);
  const own = distanceOf(fitted);
  const of = (rows: Float32Array) =>
    Array.from({ length: rows.length / 4 }, (_, row) => own.of(rows.subarray(4 * row, 4 * row + 4)));
  const threshold = thresholdOf(of(eyes(5_000, deviations)), 0.01);
  const flagged = (rows: Float32Array) => {
    const far = of(rows);
    return far.filter((distance) => distance > threshold).length / far.length;
  };
  const share = flagged(eyes(10_000, deviations));
  expect(share).toBeGreaterThan(0.006);
  expect(share).toBeLessThan(0.015);
  expect(
    flagged(eyes(500, deviations).map((value, at) => (at % 4 === 2 ? value + 8 : value))),
  ).toBeGreaterThan(0.98);
});

it('has its threshold between the last that is flagged and the first that is not', () => {
  expect(
    thresholdOf(
      Array.from({ length: 100 }, (_, index) => index),
      0.01,
    ),
  ).toBe(98.5);
  expect(
    thresholdOf(
      Array.from({ length: 387 }, (_, index) => index),
      0.01,
    ),
  ).toBe(383.5);
});

it('is refused of too few eyes or patients', () => {
  expect(() =>
    thresholdOf(
      Array.from({ length: 99 }, () => 1),
      0.01,
    ),
  ).toThrow(CohortError);
  expect(() => fitDistance(eyes(19, [1, 1, 1, 1]), 4, 2)).toThrow(/20 eyes of training and was given 19/);
});
