import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = `
  import { compilePattern } from ${JSON.stringify(new URL('./pattern.ts', import.meta.url).href)};
  const glued = compilePattern('{patient}{glued}', { separators: 'any', take: 'little' });
  const names = ['IMAGELEFT', 'imagelEFT', 'imageLeft', 'imageod', 'imageOD', 'P12od'];
  console.log(JSON.stringify(names.map((name) => glued.exec(name)?.groups.patient ?? null)));
`;

// A process that has compiled much more than a megabyte of expressions has V8 compile further ones without optimising
// them. There, modifiers around alternatives were lost: IMAGELEFT became the left eye of a patient IMAGE.
it.each([['as always'], ['--no-regexp-optimization']])('names are read the same by V8 %s', async (option) => {
  const options = option.startsWith('--') ? [option] : [];
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...options,
    '--input-type=module',
    '--eval',
    PROGRAM,
  ]);
  expect(JSON.parse(stdout)).toEqual([null, null, 'image', null, 'image', 'P12']);
});
