import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { blankLogLines } from './log-lines.ts';
import { holdsBytes } from './residue.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('blanks the lines of one patient, byte for byte, and leaves a line that is half written', async () => {
  const file = join(folder, 'host.log');
  const lines = ['{"exam":"north/P1/1"}', '{"exam":"north/P10/1"}', '{"key":"images/north/P1/1/é.jpg"}', ''];
  await writeFile(file, `${lines.join('\n')}{"exam":"north/P1/2`);
  expect(await blankLogLines(file, 'P1')).toBe(2);
  const text = await readFile(file, 'utf8');
  expect(text.split('\n').map((line) => line.trim())).toEqual(['', lines[1], '', '{"exam":"north/P1/2']);
  expect(Buffer.byteLength(text)).toBe(Buffer.byteLength(`${lines.join('\n')}{"exam":"north/P1/2`));
  await appendFile(file, '"}\n');
  expect(await blankLogLines(file, 'P1')).toBe(1);
  expect(await readFile(file, 'utf8')).not.toContain('P1/2');
});

it('finds lines wherever a chunk of the file ends', async () => {
  const file = join(folder, 'worker.log');
  const other = `${JSON.stringify({ exam: 'north/P2/1', text: 'x'.repeat(700) })}\n`;
  const own = `${JSON.stringify({ exam: 'north/P1/1', text: 'y'.repeat(700) })}\n`;
  await writeFile(file, Array.from({ length: 4_000 }, (_, line) => (line % 7 === 0 ? own : other)).join(''));
  expect(await blankLogLines(file, 'P1')).toBe(572);
  const text = await readFile(file, 'utf8');
  expect(text).not.toContain('y');
  expect(text.split('\n').filter((line) => `${line}\n` === other)).toHaveLength(4_000 - 572);
});

it('has nothing to do where there is no log', async () => {
  expect(await blankLogLines(join(folder, 'none.log'), 'P1')).toBe(0);
});

it('finds bytes that lie across two chunks', async () => {
  const file = join(folder, 'database');
  const content = Buffer.alloc(9 * 1_024 * 1_024, 0x2e);
  content.write('/north/P1/', 4 * 1_024 * 1_024 - 4);
  await writeFile(file, content);
  expect(await holdsBytes(file, [Buffer.from('/north/P1/')])).toBe(true);
  expect(await holdsBytes(file, [Buffer.from('/north/P2/')])).toBe(false);
  expect(await holdsBytes(join(folder, 'none'), [Buffer.from('x')])).toBe(false);
});
