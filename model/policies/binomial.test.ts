import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedMisses, binomialAtMost, neededPatients } from './binomial.ts';
import { plainNumber } from './plain-threshold.ts';

describe('misses that a limit allows', () => {
  // By Python's exact integers: the most k with sum(comb(n, i) * .1**i * .9**(n - i) for i in range(k + 1)) <= .2.
  it.each([
    [15, -1],
    [16, 0],
    [28, 0],
    [29, 1],
    [131, 9],
    [253, 20],
  ])('are of %i patients %i for a tenth, at 0.8', (patients, allowed) => {
    expect(allowedMisses(patients, 0.1, 0.8)).toBe(allowed);
  });

  it('are the most whose upper bound does not pass the limit', () => {
    const arbitrary = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.double({ min: 0.02, max: 0.4, noNaN: true }),
    );
    fc.assert(
      fc.property(
        arbitrary,
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        ([patients, limit], confidence) => {
          const allowed = allowedMisses(patients, limit, confidence);
          if (allowed >= 0)
            expect(binomialAtMost(allowed, patients, limit)).toBeLessThanOrEqual(1 - confidence + 1e-9);
          expect(binomialAtMost(allowed + 1, patients, limit)).toBeGreaterThan(1 - confidence - 1e-9);
          const needed = neededPatients(limit, confidence);
          expect(allowedMisses(needed, limit, confidence)).toBeGreaterThanOrEqual(0);
          expect(allowedMisses(needed - 1, limit, confidence)).toBe(-1);
        },
      ),
    );
  });

  it('are counted of many patients without running out of numbers', () => {
    expect(binomialAtMost(100_000, 200_000, 0.5)).toBeCloseTo(0.5009, 3);
    expect(binomialAtMost(7, 7, 0.3)).toBeCloseTo(1, 12);
  });
});

describe('a plain number', () => {
  it('has few digits, above the lower and at most the higher', () => {
    expect(plainNumber(0.28713, 0.28934)).toBe(0.288);
    expect(plainNumber(0, 0.26)).toBe(0.1);
    expect(plainNumber(0.4999, 0.5)).toBe(0.5);
    expect(plainNumber(0, 0)).toBe(0);
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, (one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        const plain = plainNumber(low, high);
        expect(plain).toBeLessThanOrEqual(high);
        if (low < high) expect(plain).toBeGreaterThan(low);
      }),
    );
  });
});
