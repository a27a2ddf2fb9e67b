import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitImages } from './split-images.ts';

describe('the further images of an exam', () => {
  it('stay beside the primary ones where a batch has places for all', () => {
    expect(splitImages(['a', 'b'], 2, 4)).toEqual({ before: [], beside: ['a', 'b'] });
    expect(splitImages([], 2, 2)).toEqual({ before: [], beside: [] });
  });

  it('fill whole batches, what is left over joins the primary ones if it can', () => {
    expect(splitImages([1, 2, 3, 4, 5], 2, 4)).toEqual({ before: [[2, 3, 4, 5]], beside: [1] });
    expect(splitImages([1, 2, 3], 2, 4)).toEqual({ before: [[1, 2, 3]], beside: [] });
    expect(splitImages([1, 2, 3, 4, 5, 6, 7], 1, 4)).toEqual({ before: [[4, 5, 6, 7]], beside: [1, 2, 3] });
  });

  it('are each in one batch, in their order, and no batch has too many', () => {
    const any = fc.tuple(
      fc.integer({ min: 0, max: 24 }),
      fc.constantFrom(1, 2),
      fc.integer({ min: 2, max: 9 }),
    );
    fc.assert(
      fc.property(any, ([count, primaries, size]) => {
        const others = Array.from({ length: count }, (_, index) => index);
        const { before, beside } = splitImages(others, primaries, size);
        expect([...beside, ...before.flat()]).toEqual(others);
        expect(beside.length + primaries).toBeLessThanOrEqual(size);
        for (const part of before) expect(part.length).toBeLessThanOrEqual(size);
        for (const part of before) expect(part.length).toBeGreaterThan(0);
        // Only one of them may leave with a free place.
        expect(before.filter((part) => part.length < size).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
