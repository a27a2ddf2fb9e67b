import { expect, it } from 'vitest';
import { raised } from './raised.ts';

const of = (covered: number, total: number) => ({
  statements: { covered, total },
  branches: { covered, total },
  functions: { covered, total },
});

it('thresholds rise to what was reached of a folder, rounded down, and never fall', () => {
  const before = { statements: 70, branches: 60, functions: 100 };
  const files = { 'core/a.ts': of(1, 2), 'core/b/c.ts': of(1, 1), 'core-like/d.ts': of(0, 9) };
  expect(raised({ 'core/**/*.ts': before, 'model/**/*.ts': before }, files)).toEqual({
    'core/**/*.ts': { statements: 70, branches: 66, functions: 100 },
    'model/**/*.ts': before,
  });
});
