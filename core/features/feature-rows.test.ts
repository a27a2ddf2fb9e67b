import { expect, it, vi } from 'vitest';
import type { ObjectStore } from '../ports/object-store.ts';
import { featureRowsOf } from './feature-rows.ts';

const keysOf = (...names: readonly string[]) =>
  names.map((name) => ({ key: `feature-rows/${name}` }) as never);

it('finds the rows of a patient on every page, and passes over what names none', async () => {
  const list = vi
    .fn<ObjectStore['list']>()
    .mockResolvedValueOnce({
      items: keysOf(
        'north/P1/2026-05-01/r1/7/m1/2026/05/01/s',
        'north/P1/2026-05-01',
        'north/P1/2026-05-01/r1',
        'north/P1/2026-05-01/r1//m1/2026/05/01/s',
        'north/P1/2026-05-01/r1/x8/m1/2026/05/01/s',
        'north/P1/2026-05-01/r1/8x/m1/2026/05/01/s',
        'north/P1//r1/9/m1/2026/05/01/s',
      ),
      cursor: 'c',
    })
    .mockResolvedValueOnce({ items: keysOf('north/P1/2026-05-02/r2/12/m2/2026/05/02/t') });
  const rows = [];
  for await (const row of featureRowsOf({ list }, 'north', 'P1')) rows.push(row);
  expect(rows).toEqual([
    {
      ...{ exam: { program: 'north', patient: 'P1', exam: '2026-05-01' }, requestId: 'r1' },
      place: { shard: 'features/m1/2026/05/01/s-listed.safetensors', row: 7 },
    },
    {
      ...{ exam: { program: 'north', patient: 'P1', exam: '2026-05-02' }, requestId: 'r2' },
      place: { shard: 'features/m2/2026/05/02/t-listed.safetensors', row: 12 },
    },
  ]);
  expect(list.mock.calls.map(([prefix, page]) => [prefix, page.cursor])).toEqual([
    ['feature-rows/north/P1/', undefined],
    ['feature-rows/north/P1/', 'c'],
  ]);
});
