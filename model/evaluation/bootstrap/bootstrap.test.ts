import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RankedScores } from '../metrics/index.ts';
import { percentileInterval } from './interval.ts';
import { seededIndices } from './random.ts';
import { PatientResamples } from './resample-patients.ts';

describe('a resample of patients', () => {
  it('draws as many patients as there are, each with all rows or none', () => {
    const patients = fc.array(fc.integer({ min: 0, max: 9 }).map(String), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(patients, fc.integer(), (names, seed) => {
        const times = new PatientResamples(names, seed).next();
        const drawn = new Map(names.map((name, row) => [name, times[row] ?? -1]));
        expect(names.map((name) => drawn.get(name))).toEqual([...times]);
        expect([...drawn.values()].reduce((sum, count) => sum + count, 0)).toBe(drawn.size);
      }),
    );
  });

  it('is the same for the same seed, and another for another', () => {
    const names = Array.from({ length: 50 }, (_, index) => `P${index}`);
    const drawn = (seed: number) => [...new PatientResamples(names, seed).next()];
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  it('draws every patient about once on the average', () => {
    const resamples = new PatientResamples(
      Array.from({ length: 20 }, (_, index) => `P${index}`),
      1,
    );
    const sums = new Float64Array(20);
    for (let round = 0; round < 4000; round += 1) {
      for (const [row, count] of resamples.next().entries()) sums[row] = (sums[row] ?? 0) + count / 4000;
    }
    for (const mean of sums) expect(Math.abs(mean - 1)).toBeLessThan(0.08);
  });
});

describe('an interval', () => {
  it('cuts off both tails, between values by interpolation', () => {
    const values = Array.from({ length: 1001 }, (_, index) => index / 1000);
    expect(percentileInterval(values.reverse())).toEqual({
      low: expect.closeTo(0.025, 12),
      high: expect.closeTo(0.975, 12),
    });
    expect(percentileInterval([0, 1], 0.5)).toEqual({ low: 0.25, high: 0.75 });
  });

  it('is not made up from a few resamples', () => {
    expect(percentileInterval([Number.NaN, Number.NaN, 0.5])).toBeNull();
    expect(percentileInterval([])).toBeNull();
  });

  it('is as wide as theory has it where one row is one patient, and wider where patients repeat themselves', () => {
    const draw = seededIndices(5);
    const noise = () => draw(1e6) / 1e6 + draw(1e6) / 1e6 + draw(1e6) / 1e6;
    const labels = Array.from({ length: 300 }, (_, index) => (index % 3 === 0 ? 1 : 0));
    const scores = labels.map((label) => noise() + 0.5 * label);
    const width = (patients: readonly string[], copies: number): number => {
      const repeat = <T>(values: readonly T[]): T[] =>
        values.flatMap((value) => Array.from({ length: copies }, () => value));
      const ranked = new RankedScores(repeat(labels), repeat(scores));
      const resamples = new PatientResamples(patients, 11);
      const values = Array.from({ length: 500 }, () => ranked.auroc(resamples.next()));
      const { low, high } = percentileInterval(values) ?? { low: 0, high: 0 };
      expect(low).toBeLessThan(ranked.auroc());
      expect(high).toBeGreaterThan(ranked.auroc());
      return high - low;
    };
    const names = (count: number, rowsOf: number) =>
      Array.from({ length: count * rowsOf }, (_, row) => `P${Math.floor(row / rowsOf)}`);
    const area = new RankedScores(labels, scores).auroc();
    // Hanley and McNeil 1982.
    const [q1, q2] = [area / (2 - area), (2 * area ** 2) / (1 + area)];
    const error = Math.sqrt(
      (area * (1 - area) + 99 * (q1 - area ** 2) + 199 * (q2 - area ** 2)) / (100 * 200),
    );
    expect(width(names(300, 1), 1) / (2 * 1.96 * error)).toBeGreaterThan(0.8);
    expect(width(names(300, 1), 1) / (2 * 1.96 * error)).toBeLessThan(1.25);
    // Four identical rows a patient say no more than one.
    expect(width(names(300, 4), 4)).toBeCloseTo(width(names(300, 1), 1), 9);
    expect(width(names(1200, 1), 4)).toBeLessThan(0.7 * width(names(300, 1), 1));
  });
});
