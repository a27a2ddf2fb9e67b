import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryBudget } from './memory-budget.ts';

describe('a memory budget', () => {
  it('is never exceeded, serves all in the order of their coming, and is whole again in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: 100 }),
        fc.array(fc.record({ share: fc.double({ min: 0.01, max: 1, noNaN: true }), turns: fc.nat(5) }), {
          minLength: 1,
          maxLength: 40,
        }),
        async (bytes, wishes) => {
          const budget = new MemoryBudget(bytes);
          const served: number[] = [];
          let taken = 0;
          await Promise.all(
            wishes.map(async ({ share, turns }, index) => {
              const wish = Math.max(1, Math.floor(share * bytes));
              await budget.take(wish);
              served.push(index);
              taken += wish;
              expect(taken).toBeLessThanOrEqual(bytes);
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              taken -= wish;
              budget.give(wish);
            }),
          );
          expect(served).toEqual(wishes.map((_, index) => index));
          expect(budget.free).toBe(bytes);
        },
      ),
    );
  });
});
