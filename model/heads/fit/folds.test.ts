import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FitTargets } from './fit-targets.ts';
import { groupedFolds, sampleGroups } from './folds.ts';

function targetsOf(codes: readonly number[], labels: number): FitTargets {
  const names = Array.from({ length: labels }, (_, label) => `label-${label}`);
  return { kind: 'multi-label', names, lowest: undefined, codes: Int8Array.from(codes) };
}

const cohorts = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(-1, 0, 1), fc.constantFrom(-1, 0, 1)), {
    minLength: 30,
    maxLength: 80,
  })
  .filter((rows) => new Set(rows.map(([group]) => group)).size >= 4)
  .map((rows) => ({
    groups: rows.map(([group]) => `G${group}`),
    targets: targetsOf(
      rows.flatMap(([, a, b]) => [a, b]),
      2,
    ),
  }));
const FOLDS = { folds: 4, seed: 's' };

describe('folds', () => {
  it('keep each group together and are as large as each other, by groups', () => {
    fc.assert(
      fc.property(cohorts, ({ groups, targets }) => {
        const folds = groupedFolds(targets, groups, FOLDS);
        const dealt = new Map<string, Set<number>>();
        groups.forEach((group, unit) => {
          dealt.set(group, (dealt.get(group) ?? new Set()).add(folds[unit] ?? -1));
        });
        expect([...dealt.values()].every((own) => own.size === 1)).toBe(true);
        const sizes = FOLDS.folds;
        const counts = Array.from(
          { length: sizes },
          (_, fold) => [...dealt.values()].filter((own) => own.has(fold)).length,
        );
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  it('do not depend on the order of units', () => {
    fc.assert(
      fc.property(cohorts, ({ groups, targets }) => {
        const backwards = targetsOf(
          groups.flatMap((_, unit) => [...targets.codes.subarray(unit * 2, unit * 2 + 2)]).reverse(),
          2,
        );
        // Turned round as a whole, the two labels change places too.
        const swapped = targetsOf(
          groups.flatMap((_, unit) => [...backwards.codes.subarray(unit * 2, unit * 2 + 2)].reverse()),
          2,
        );
        const folds = groupedFolds(targets, groups, FOLDS);
        expect([...groupedFolds(swapped, groups.toReversed(), FOLDS)].reverse()).toEqual([...folds]);
      }),
      { numRuns: 30 },
    );
  });

  it('deal the patients of a rare label evenly', () => {
    const groups = Array.from({ length: 200 }, (_, unit) => `P${unit}`);
    const targets = targetsOf(
      groups.flatMap((_, unit) => [Number(unit % 25 === 0), Number(unit % 2 === 0)]),
      2,
    );
    const folds = groupedFolds(targets, groups, FOLDS);
    const rare = [0, 1, 2, 3].map(
      (fold) => groups.filter((_, unit) => unit % 25 === 0 && folds[unit] === fold).length,
    );
    expect(rare).toEqual([2, 2, 2, 2]);
  });
});

describe('a sample', () => {
  const groups = Array.from({ length: 1000 }, (_, unit) => `P${unit >> 1}`);
  const targets = targetsOf(
    groups.flatMap((_, unit) => [Number(unit % 100 === 0), Number(unit % 2 === 0)]),
    2,
  );

  it('has whole groups, about as many units as asked for, and a rare label whole', () => {
    const rows = sampleGroups(targets, groups, { most: 300, seed: 's' });
    expect(rows.length).toBeGreaterThanOrEqual(300);
    expect(rows.length).toBeLessThanOrEqual(302);
    const taken = new Set(rows);
    expect(rows.every((row) => taken.has(row ^ 1))).toBe(true);
    expect([...rows].filter((row) => row % 100 === 0)).toHaveLength(10);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
  });

  it('is everything where there is no more', () => {
    expect([...sampleGroups(targets, groups, { most: 1000, seed: 's' })]).toEqual([...groups.keys()]);
  });
});
