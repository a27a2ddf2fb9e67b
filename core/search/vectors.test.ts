import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { checkQuery, normalized } from './vectors.ts';

describe('a normalized vector', () => {
  it('has the same direction and length 1', () => {
    // 3² + 4² + 12² = 13².
    expect([...normalized(Float32Array.of(3, -4, 12))]).toEqual([
      expect.closeTo(3 / 13, 6),
      expect.closeTo(-4 / 13, 6),
      expect.closeTo(12 / 13, 6),
    ]);
  });

  it.each([[[0, 0]], [[]], [[Number.NaN, 1]], [[Number.POSITIVE_INFINITY, 1]]])(
    'is refused of %j, which has no direction',
    (numbers) => {
      expect(() => normalized(Float32Array.from(numbers))).toThrow(InvalidInputError);
    },
  );
});

describe("a query's limit", () => {
  it.each([1, 2, 99, 100])('may be %d', (limit) => {
    expect(() => checkQuery({ limit })).not.toThrow();
  });

  it.each([0, -1, 1.5, 101, Number.NaN])('may not be %d', (limit) => {
    expect(() => checkQuery({ limit })).toThrow(`from 1 to 100 but received ${limit}`);
  });
});
