import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileLog, LogFile } from './log-file.ts';

it('loses lines where it cannot be written, counts them, and says so once it can', () => {
  let full = false;
  const written: string[] = [];
  const file = new LogFile('host.log', (_, content) => {
    if (full) throw new Error('ENOSPC: no space left on device, write');
    written.push(String(content));
  });
  const log = fileLog(file);
  log.info('before', { exam: 'P1/1' });
  full = true;
  log.warn('lost', {});
  file.append(Buffer.from('a part of what a worker prints'));
  full = false;
  log.error('after', {});
  log.info('later', {});
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'info', message: 'before', exam: 'P1/1' },
    {
      ...{ level: 'warn', message: 'Entries of this log were lost', entries: 2 },
      reason: 'ENOSPC: no space left on device, write',
    },
    { level: 'error', message: 'after' },
    { level: 'info', message: 'later' },
  ]);
  // It begins a line: the one before may have been cut off.
  expect(written[1]?.startsWith('\n')).toBe(true);
});

it('is made for its owner alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'log-file-'));
  try {
    const path = join(folder, 'host.log');
    fileLog(new LogFile(path)).info('one', {});
    fileLog(new LogFile(path)).info('two', {});
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(2);
    const unwritable = new LogFile(join(folder, 'no', 'such', 'folder.log'));
    expect(() => unwritable.append('lost')).not.toThrow();
  } finally {
    await rm(folder, { recursive: true });
  }
});
