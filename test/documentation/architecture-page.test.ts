import { expect, it } from 'vitest';
import { ROOMS, STOREYS } from '../architecture/order.ts';
import { textOf } from './documented-commands.ts';

const page = await textOf('docs/architecture.md');

/** Code spans of the rows of a section's table: one list for each row, of one column. */
function spansOfTable(section: string, column: number): string[][] {
  const [, text = ''] = page.split(`\n## ${section}\n`);
  const [table = ''] = /^\|[\s\S]*?\n\n/m.exec(text) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    [...(row.split('|')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

it('the page of the architecture lists the storeys of core that the imports are tested against', () => {
  const storeys = STOREYS.map((names) => names.map((name) => name.replace(/\.ts$/, '')).toSorted());
  expect(spansOfTable('The storeys of core', 2).map((names) => names.toSorted())).toEqual(storeys);
});

it('the page of the architecture lists every room', () => {
  expect(spansOfTable('Rooms', 1).flat()).toEqual(expect.arrayContaining(Object.keys(ROOMS)));
});
