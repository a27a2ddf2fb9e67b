import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { retclip } from '../system/retclip.ts';

describe('retclip benchmark', () => {
  it('lists the sets and how their files must lie', async () => {
    const { code, stdout } = await retclip(['benchmark', '--list', '--json']);
    expect(code).toBe(0);
    const sets: { name: string; layouts: string[] }[] = JSON.parse(stdout);
    expect(sets).toHaveLength(8);
    for (const { layouts } of sets) expect(layouts.length).toBeGreaterThan(0);
  });

  it('refuses what cannot be run, and says how it can', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'benchmark-'));
    const cases: [string[], number, RegExp][] = [
      [['benchmark'], 2, /Name a set: idrid, aptos2019.*--list/],
      [['benchmark', 'messidor'], 2, /no set "messidor", only idrid/],
      [['benchmark', 'idrid', '--data', empty], 2, /--data DIR --model BUNDLE --out DIR/],
      [['benchmark', 'idrid', '--data', empty, '--out', join(empty, 'out')], 3, /not laid out as IDRiD/],
      [['benchmark', 'idrid', '--protocol', 'full'], 2, /linear/],
    ];
    for (const [words, code, message] of cases) {
      const finished = await retclip(words);
      expect(finished.stderr).toMatch(message);
      expect(finished.code).toBe(code);
    }
    await rm(empty, { recursive: true });
  });
});
