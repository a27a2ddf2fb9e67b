import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../../phantoms/random.ts';
import { BlockRows } from './block-rows.ts';
import { ExactRows } from './exact-rows.ts';
import { minimize, type ProblemSpace } from './minimize.ts';
import type { ProblemBatch } from './training-rows.ts';

// More rows than one block holds.
const ROWS = 4500;
const DIMENSIONS = 5;
const COLUMNS = 6;
const random = new Random('rows');
const values = Float32Array.from({ length: ROWS * DIMENSIONS }, () => random.normal());
const codes = Int8Array.from({ length: ROWS * COLUMNS }, () => Math.floor(random.uniform(0, 3)) - 1);
/** One of three classes each, or unknown. */
const classes = Int8Array.from({ length: ROWS * COLUMNS }, () => 0);
for (let index = 0; index < classes.length; index += 3) {
  const truth = Math.floor(random.uniform(0, 4));
  for (let column = 0; column < 3; column += 1)
    classes[index + column] = truth === 3 ? -1 : Number(truth === column);
}

const exact = new ExactRows(Float64Array.from(values), DIMENSIONS);
let blocks: BlockRows;
beforeAll(() => {
  blocks = new BlockRows(Float32Array.from(values), DIMENSIONS);
});
afterAll(() => blocks.release());

const close = (expected: ArrayLike<number>, digits: number) =>
  Array.from(expected, (value) => expect.closeTo(value, digits));

describe('rows in blocks', () => {
  it.each<[string, ProblemBatch]>([
    ['labels', { link: 'sigmoid', width: 1, columns: COLUMNS, codes }],
    ['classes', { link: 'softmax', width: 3, columns: COLUMNS, codes: classes }],
  ])('have the losses and derivatives of plain loops, for %s', async (_, batch) => {
    const weights = Float64Array.from({ length: COLUMNS * (DIMENSIONS + 1) }, () =>
      Math.fround(random.normal()),
    );
    const [fast, plain] = [await blocks.evaluate(batch, weights), await exact.evaluate(batch, weights)];
    expect(Array.from(fast.losses, (loss, column) => loss / (plain.losses[column] ?? 0))).toEqual(
      close(new Float64Array(COLUMNS).fill(1), 5),
    );
    expect(Array.from(fast.gradient)).toEqual(close(plain.gradient, 1));
    const precise = await blocks.precise().evaluate(batch, weights);
    expect(Array.from(precise.losses, (loss, column) => loss / (plain.losses[column] ?? 0))).toEqual(
      close(new Float64Array(COLUMNS).fill(1), 12),
    );
    expect(Array.from(precise.gradient)).toEqual(close(plain.gradient, 8));
  });

  it('keep losses finite where scores are huge', async () => {
    const weights = Float64Array.from({ length: COLUMNS * (DIMENSIONS + 1) }, () => 1000 * random.normal());
    for (const batch of [
      { link: 'sigmoid', width: 1, columns: COLUMNS, codes } as const,
      { link: 'softmax', width: 3, columns: COLUMNS, codes: classes } as const,
    ]) {
      const [fast, plain] = [await blocks.evaluate(batch, weights), await exact.evaluate(batch, weights)];
      expect(Array.from(fast.losses, (loss, column) => loss / (plain.losses[column] ?? 0))).toEqual(
        close(new Float64Array(COLUMNS).fill(1), 4),
      );
    }
  });

  it('give the products and parts of plain rows', async () => {
    const picked = Uint32Array.of(4400, 3, 3, 77);
    const [fast, plain] = [await blocks.subset(picked), await exact.subset(picked)];
    expect(Array.from(await fast.gram())).toEqual(close(await plain.gram(), 4));
    const matrix = Float64Array.from({ length: DIMENSIONS ** 2 }, () => random.normal());
    const weights = Float64Array.from({ length: 2 * (DIMENSIONS + 1) }, () => random.normal());
    await fast.multiply(matrix);
    await plain.multiply(matrix);
    expect(Array.from(await fast.scores(weights, 2))).toEqual(close(await plain.scores(weights, 2), 4));
    await fast.release();
  });

  it('are solved to the weights of plain rows, together as alone', async () => {
    const space: ProblemSpace = {
      link: 'sigmoid',
      width: 1,
      targets: codes,
      folds: Uint8Array.from({ length: ROWS }, (_, row) => row % 3),
      variances: new Float64Array(DIMENSIONS).fill(1),
    };
    const problems = [0, 1, 2].flatMap((held) =>
      Array.from({ length: COLUMNS }, (_, target) => ({ held, target, penalty: 10 ** target })),
    );
    const fast = await minimize(blocks, space, problems, [], { tolerance: 5e-8, iterations: 100 });
    for (const [index, problem] of problems.entries()) {
      const [alone = []] = await minimize(exact, space, [problem], [], { tolerance: 1e-15, iterations: 300 });
      expect(Array.from(fast[index] ?? [])).toEqual(close(alone, 2));
    }
  });
});
