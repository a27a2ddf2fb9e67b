import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PROJECT_ROOT } from '../lib/project-root.ts';

/** The sources that are tracked or new. */
function sources(): readonly string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'];
  const listed = execFileSync('git', words, { cwd: PROJECT_ROOT, encoding: 'utf8' });
  return [...new Set(listed.split('\n'))].filter((file) => file !== '' && !file.endsWith('.d.ts'));
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
  expect(refused).toEqual([]);
});
