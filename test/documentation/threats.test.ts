import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = await readFile(join(PROJECT, 'docs/threats.md'), 'utf8');
const SHOWN = /`([^`]+\.test\.ts)`: "([^"]+)"/g;

/** Rows of the tables, without their heads. */
const rows = PAGE.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| could |'));

/** Titles of tests and groups in a file: what the calls of `it`, `test` and `describe` are given. */
function titlesOf(source: string): string[] {
  const call =
    /(?:\b(?:it|test|describe|testCapability)(?:\.\w+)*\(|\]\)\(|\)\)\(|\w\)\()\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g;
  return [...source.matchAll(call)].map(([, , title = '']) => title.replaceAll(/\\(['"`])/g, '$1'));
}

describe('each threat', () => {
  it.each(rows)('%s: is shown by a test that exists', async (row) => {
    const named = [...row.matchAll(SHOWN)];
    expect(named.length, 'a row names its test').toBeGreaterThan(0);
    for (const [, file = '', title = ''] of named) {
      const source = await readFile(join(PROJECT, file), 'utf8').catch(() => null);
      expect(source, `${file} exists`).not.toBeNull();
      expect(titlesOf(source ?? ''), file).toContain(title);
    }
  });

  it('has what stops it, and the tables are found at all', () => {
    expect(rows.length).toBeGreaterThan(25);
    for (const row of rows)
      expect(
        row
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, 4)
          .every((cell) => cell.length > 8),
        row,
      ).toBe(true);
  });
});

it('a title that is in no file is told from one that is', () => {
  const source = "describe('left', () => { it.each([1])('takes %s', () => {}); it('does not', f); });";
  expect(titlesOf(source)).toEqual(['left', 'takes %s', 'does not']);
});
