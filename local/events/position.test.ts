import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filePosition } from './position.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'position-'));
  file = join(folder, 'webhooks-followed');
});
afterEach(() => rm(folder, { recursive: true }));

it('is where it was written, in a file of its own that only its owner reads', async () => {
  const position = filePosition(file);
  for (const sequence of [7, 1_000_000]) {
    await position.write(sequence);
    expect(await position.read()).toBe(sequence);
  }
  expect(await readdir(folder)).toEqual(['webhooks-followed']);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it.each([
  ['missing', null, 0],
  ['empty', '', 0],
  ['no number', 'seven', 0],
  ['half a number', '1.5', 0],
  ['below all events', '-5', 0],
  ['larger than a number can be told', '9007199254740993', 0],
  ['of a hand that ended its line', '42\n', 42],
])('starts over where its file is %s', async (_, content, sequence) => {
  if (content !== null) await writeFile(file, content);
  expect(await filePosition(file).read()).toBe(sequence);
});
