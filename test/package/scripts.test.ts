import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../lib/project-root.ts';

const read = (file: string) => readFile(join(PROJECT_ROOT, file), 'utf8');
const scripts: Readonly<Record<string, string>> = JSON.parse(await read('package.json')).scripts;

/** Names that the README's table of scripts gives: `bench:` alone stands before those of its line. */
function listedIn(readme: string): string[] {
  const table = readme.slice(readme.indexOf('| script |')).split('\n\n')[0] ?? '';
  return table
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
}

describe('the scripts of npm', () => {
  it('are all listed in the README, and nothing else is', async () => {
    expect(listedIn(await read('README.md')).toSorted()).toEqual(Object.keys(scripts).toSorted());
  });

  it('have one for each bench', async () => {
    const files = (await readdir(join(PROJECT_ROOT, 'bench'), { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const sources = await Promise.all(
      files.map(async (name) => [name, await read(`bench/${name}`)] as const),
    );
    // What another bench imports exports something; what it runs in a process of its own is named in it.
    const isRunByAnother = (name: string) =>
      sources.some(([, text]) => text.includes(`new URL('${name.split('/').at(-1)}'`));
    const benches = sources
      .filter(([name, text]) => !/^export /m.test(text) && !isRunByAnother(name))
      .map(([name]) => `node bench/${name}`);
    expect(benches.length).toBeGreaterThan(15);
    expect(Object.values(scripts)).toEqual(expect.arrayContaining(benches));
  });

  it('are what the workflow on GitHub runs, by .ci/run', async () => {
    expect(await read('.github/workflows/ci.yml')).toMatch(/^ +- run: \.ci\/run$/m);
    const called = [...(await read('.ci/run')).matchAll(/^ *npm (?:run )?([a-z:-]+)/gm)].map(
      ([, name]) => name,
    );
    expect(called).toEqual(
      expect.arrayContaining(['test', 'check:python', 'test:training', 'demo', 'synth']),
    );
    const known = ['ci', ...Object.keys(scripts)];
    expect(called.filter((name = '') => !known.includes(name))).toEqual([]);
  });

  it('run files that exist', async () => {
    const files = Object.values(scripts).flatMap((line) => line.match(/(?:^|\s)[\w-]+\/[\w./-]+/g) ?? []);
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) await expect(read(file.trim()), file).resolves.not.toBe('');
  });
});
