import { describe, expect, it } from 'vitest';
import { cohenKappa, quadratic } from './cohen-kappa.ts';

describe("Cohen's kappa", () => {
  it('is that of published examples', () => {
    // 50 grants, 20 wanted by both readers, 15 by neither: Wikipedia's article on the coefficient.
    expect(cohenKappa([20, 5, 10, 15], 2)).toBeCloseTo(0.4, 12);
    // Cohen 1960, table 1: 200 cases, three categories.
    const shares = [0.25, 0.13, 0.12, 0.12, 0.02, 0.16, 0.03, 0.15, 0.02];
    expect(
      cohenKappa(
        shares.map((share) => 200 * share),
        3,
      ),
    ).toBeCloseTo(-0.092, 3);
  });

  it('is 1 where both agree always, and -1 where two equal halves are always swapped', () => {
    expect(cohenKappa([3, 0, 0, 4], 2)).toBe(1);
    expect(cohenKappa([0, 5, 5, 0], 2)).toBe(-1);
    expect(cohenKappa([0, 0, 5, 0, 0, 0, 5, 0, 0], 3, quadratic)).toBe(-1);
  });

  it('counts by how far grades are apart, if told so', () => {
    const near = [8, 2, 0, 0, 8, 2, 0, 0, 8];
    const far = [8, 0, 2, 2, 8, 0, 0, 0, 8];
    expect(cohenKappa(near, 3)).toBeCloseTo(cohenKappa(far, 3) ?? 0, 1);
    expect(cohenKappa(near, 3, quadratic) ?? 0).toBeGreaterThan((cohenKappa(far, 3, quadratic) ?? 1) + 0.05);
  });

  it('is not defined without a case, nor where every case has the same one category', () => {
    expect(cohenKappa([0, 0, 0, 0], 2)).toBeNull();
    expect(cohenKappa([7, 0, 0, 0], 2)).toBeNull();
    expect(cohenKappa([0, 0, 0, 7], 2, quadratic)).toBeNull();
  });
});
