import { describe, expect, it } from 'vitest';
import { faultsOf } from './check-words.ts';
import { blocksOf, commandsOf, pages, spansOf, textOf } from './documented-commands.ts';
import { NOT_RUN } from './not-run.ts';

const LANGUAGES = ['sh', 'json', 'text'];
const all = await Promise.all((await pages()).map(async (page) => ({ page, text: await textOf(page) })));
const blocks = all.flatMap(({ page, text }) => blocksOf(page, text));
const shell = blocks.filter(({ language }) => language === 'sh').flatMap(commandsOf);
const spans = all.flatMap(({ page, text }) => spansOf(page, text));

describe('the pages', () => {
  it('say of every block what it is written in', () => {
    const unnamed = blocks.filter(({ language }) => !LANGUAGES.includes(language));
    expect(unnamed.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it('have every command in a block of sh', () => {
    const hidden = blocks.filter(
      ({ language, text }) => language !== 'sh' && /^\s*(?:npx|npm|retclip|python3) /m.test(text),
    );
    expect(hidden.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it('begin no line with a command that needs npx before it', () => {
    expect(shell.filter(({ text }) => /^(?:retclip|cdk|vitest|node) /.test(text))).toEqual([]);
  });

  it('name the system in every line that speaks to one', () => {
    const client =
      /^npx retclip (?:local|upload|results|worklist|review|job|export|search|redrive|reconcile|heads (?:shadow|promote|rollback))/;
    const silent = shell.filter(({ page, text }) => client.test(text) && page !== 'docs/deploy.md');
    expect(silent.filter(({ text }) => !/--(?:data|stack) /.test(text))).toEqual([]);
    expect(silent.length).toBeGreaterThan(15);
  });

  it.each([...shell, ...spans].map((command) => [`${command.page}:${command.line}`, command.text] as const))(
    'name in %s what is there: %s',
    async (_, text) => expect(await faultsOf(text)).toEqual([]),
  );

  it('excuse no line that is not there', () => {
    const stale = NOT_RUN.filter(
      ({ page, line }) => !shell.some((one) => one.page === page && line.test(one.text)),
    );
    expect(stale).toEqual([]);
  });
});

describe('what checks the pages', () => {
  it.each([
    ['npx retclip upload FOLDER --program north --fast', 'retclip upload has no --fast'],
    ['npx retclip heads shadow begin x', 'retclip heads shadow begin is no verb'],
    ['npx retclip screen', 'retclip screen is no verb'],
    ['retclip job create --heads new.head.json --shadowed', 'retclip job create has no --shadowed'],
    ['npx node bench/export.ts --examz 3', 'bench/export.ts has no --examz'],
    ['npx node bench/nothing.ts', 'there is no bench/nothing.ts'],
    ['node bench/export.ts 200', '"node bench/export.ts 200" fails on Node 20: write npx node'],
    ['npm ci && npm run demonstrate', 'npm run demonstrate is no script'],
    ['python3 -m training.nothing --odir X', 'there is no training.nothing'],
    ['python3 -m training.detector.train --odri X', 'training.detector.train has no --odri'],
    ['npx nothing-here', 'npx nothing-here is no program of a package'],
  ])('finds what is wrong with %s', async (text, fault) => {
    expect(await faultsOf(text)).toEqual([fault]);
  });

  it('joins lines, drops remarks, and keeps what is quoted', () => {
    const text = 'a --b \\\n  c\n# remark\nd "# e"   # f\ng \'h\ni\'\nfor x in y; do\n  z\ndone';
    const found = commandsOf({ page: 'p', line: 1, language: 'sh', text });
    expect(found.map((command) => command.text)).toEqual([
      'a --b \\\n  c',
      'd "# e"',
      "g 'h\ni'",
      'for x in y; do\n  z\ndone',
    ]);
    expect(found.map(({ line }) => line)).toEqual([1, 4, 5, 7]);
  });
});
