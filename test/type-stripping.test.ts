import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../lib/project-root.ts';

const NOT_OURS = new Set(['node_modules', 'cdk.out', '.cache', 'coverage', 'dist']);

function sources(): readonly string[] {
  return globSync('**/*.ts', { cwd: PROJECT_ROOT, exclude: (name) => NOT_OURS.has(basename(name)) });
}

it('is what Node strips of its types: tests are read by another parser, the host and the workers by this one', () => {
  const refused = sources().filter((file) => {
    try {
      stripTypeScriptTypes(readFileSync(join(PROJECT_ROOT, file), 'utf8'));
      return false;
    } catch {
      return true;
    }
  });
  expect(sources().length).toBeGreaterThan(1_000);
  expect(refused).toEqual([]);
});
