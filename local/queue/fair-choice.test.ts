import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseFairly } from './fair-choice.ts';

describe('chooseFairly', () => {
  it('gives a quiet group its turn before a burst', () => {
    const groups = [
      { inFlight: 8, messages: [1, 2, 3] },
      { inFlight: 0, messages: [7, 8] },
    ];
    expect(chooseFairly(groups, 3)).toEqual([7, 8, 1]);
  });

  it('takes turns among equals', () => {
    const groups = [
      { inFlight: 0, messages: ['a1', 'a2', 'a3'] },
      { inFlight: 0, messages: ['b1', 'b2'] },
    ];
    expect(chooseFairly(groups, 4)).toEqual(['a1', 'b1', 'a2', 'b2']);
  });

  it('uses the whole capacity, keeps the order within a group and never chooses twice', () => {
    const group = fc.record({ inFlight: fc.nat({ max: 20 }), size: fc.nat({ max: 8 }) });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 6 }), fc.nat({ max: 10 }), (sizes, capacity) => {
        const groups = sizes.map(({ inFlight, size }, name) => ({
          inFlight,
          messages: Array.from({ length: size }, (_, index) => ({ name, index })),
        }));
        const chosen = chooseFairly(groups, capacity);
        const total = sizes.reduce((sum, { size }) => sum + size, 0);
        expect(chosen).toHaveLength(Math.min(capacity, total));
        for (const name of groups.keys()) {
          const indices = chosen.filter((message) => message.name === name).map(({ index }) => index);
          expect(indices).toEqual(indices.map((_, position) => position));
        }
      }),
    );
  });
});
