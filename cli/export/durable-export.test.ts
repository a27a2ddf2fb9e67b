import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isFlushed, watchFlushes } from '../../test/flushes.ts';
import { ExportFile } from './export-file.ts';

let folder: string;
let name: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-export-'));
  name = join(folder, 'exams.csv');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const PROGRESS = { exams: 1, rows: 1, cursor: 'next', encoder: null };

it('has what a checkpoint counts, and the checkpoint itself, on the disk before it goes on', async () => {
  const file = await ExportFile.open(name, 'csv', false);
  const flushes = await watchFlushes(() => existsSync(`${name}.checkpoint`));
  await file.append(Buffer.from('exam\nP1\n'), PROGRESS);
  const [part, checkpoint] = flushes;
  expect(part).toMatchObject({ inode: (await stat(`${name}.part`)).ino, bytes: 8, seen: false });
  expect(checkpoint).toMatchObject({ inode: (await stat(`${name}.checkpoint`)).ino, seen: false });
  expect(await isFlushed(`${name}.checkpoint`, flushes)).toBe(true);
  await file.close();
});

it('is on the disk before it has its name, and its name before the export ends', async () => {
  const file = await ExportFile.open(name, 'csv', false);
  const flushes = await watchFlushes(() => existsSync(name));
  await file.finish(Buffer.from('exam\nP1\n'));
  expect(await readFile(name, 'utf8')).toBe('exam\nP1\n');
  const [whole, parent] = [await stat(name), await stat(folder)];
  expect(flushes).toEqual([
    { inode: whole.ino, bytes: 8, seen: false },
    { inode: parent.ino, bytes: expect.any(Number), seen: true },
  ]);
});
