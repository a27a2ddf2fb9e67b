import { expect, it } from 'vitest';
import { SettledFiles } from './settled-files.ts';

const file = (path: string, bytes: number, modified = 7) => ({ path, bytes, modified });
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);

it('a file is whole once it has not changed for two seconds', () => {
  const settled = new SettledFiles();
  expect(settled.look([file('left', 10)], 0)).toEqual([]);
  expect(settled.look([file('left', 20), file('right', 5)], 1_500)).toEqual([]);
  expect(settled.hasUnsettled).toBe(true);
  expect(settled.look([file('left', 20), file('right', 5)], 3_400)).toEqual([]);
  expect(paths(settled.look([file('left', 20), file('right', 5, 8)], 3_500))).toEqual(['left']);
  expect(paths(settled.look([file('left', 20), file('right', 5, 8)], 5_500))).toEqual(['left', 'right']);
  expect(settled.hasUnsettled).toBe(false);
});

it('a file that was away is looked at from its beginning', () => {
  const settled = new SettledFiles();
  settled.look([file('left', 10)], 0);
  settled.look([], 1_000);
  expect(settled.look([file('left', 10)], 2_500)).toEqual([]);
  expect(paths(settled.look([file('left', 10)], 4_500))).toEqual(['left']);
});
