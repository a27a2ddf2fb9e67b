import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PROJECT } from './documented-commands.ts';

const run = promisify(execFile);
const MOST_CHARACTERS = 72;
/** Commits before this day were made without the rule. */
const SINCE = '2026-11-27T00:00:00Z';

async function git(...words: string[]): Promise<string> {
  return (await run('git', ['-C', PROJECT, ...words], { maxBuffer: 1 << 26 })).stdout.trim();
}

/** Whether this folder is a checkout of its own: an unpacked archive or a copy for mutants has no history. */
async function hasHistory(): Promise<boolean> {
  const top = await git('rev-parse', '--show-toplevel').catch(() => '');
  return top !== '' && (await realpath(top)) === (await realpath(PROJECT));
}

/** Subjects that are too long, of lines as `git log --format='%h %s'` writes them. */
function tooLong(log: string): string[] {
  return log.split('\n').filter((line) => line.replace(/^\S+ /, '').length > MOST_CHARACTERS);
}

const isCheckout = await hasHistory();
if (!isCheckout) console.warn('SKIPPED: without a git history, no commit subject is measured.');

it.skipIf(!isCheckout)(`no commit has a subject of more than ${MOST_CHARACTERS} characters`, async () => {
  const log = await git('log', '--no-merges', `--since-as-filter=${SINCE}`, '--format=%h %s');
  expect(tooLong(log)).toEqual([]);
});

it('a subject of 73 characters is too long, and one of 72 is not', () => {
  const long = `0123abc ${'x'.repeat(73)}`;
  expect(tooLong(`0123abc ${'x'.repeat(72)}\n${long}`)).toEqual([long]);
});
