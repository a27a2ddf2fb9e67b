import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import { startChild } from './child-process.ts';
import { LogFile } from './log-file.ts';
import { WorkerProcess } from './worker-process.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-process-'));
});
afterEach(() => rm(folder, { recursive: true }));

const log = () => ({ info: vi.fn(), warn: vi.fn(), error: vi.fn() });

it('is tried again where the system has no process for it, says why, and ends at once when asked', async () => {
  const conditions: ScreeningCondition[] = [];
  const lines = log();
  let attempts = 0;
  const worker = new WorkerProcess({
    ...{ dataFolder: folder, model: folder, logFile: join(folder, 'worker.log'), log: lines },
    onDeath: async () => undefined,
    onCondition: (condition) => conditions.push(condition),
    start: () => {
      attempts += 1;
      return {
        process: undefined,
        ended: Promise.resolve({ code: null, signal: null, failure: 'spawn /usr/bin/node EAGAIN' }),
      };
    },
  });
  await vi.waitFor(() => expect(attempts).toBe(3));
  expect(worker.pid).toBeUndefined();
  expect(worker.condition).toEqual({
    state: 'stopped',
    reason: 'The worker cannot be started (spawn /usr/bin/node EAGAIN).',
  });
  // Said once, however often it is tried.
  expect(conditions).toHaveLength(1);
  const [, fields] = lines.error.mock.calls[1] ?? [];
  expect(fields).toEqual({ reason: 'spawn /usr/bin/node EAGAIN', inMilliseconds: 400 });
  await worker.stop();
});

it('tells of a process that cannot be made as of its end, and keeps what the others print', async () => {
  const file = join(folder, 'child.log');
  const printed: string[] = [];
  const output = new LogFile(file, (_, content) => void printed.push(String(content)));
  const executable = process.execPath;
  try {
    process.execPath = join(folder, 'no-such-program');
    const none = startChild(file, {}, output);
    expect(await none.ended).toMatchObject({ code: null, failure: expect.stringContaining('ENOENT') });
  } finally {
    process.execPath = executable;
  }
  const missing = startChild(join(folder, 'no-such-module.js'), { ...process.env }, output);
  expect(await missing.ended).toEqual({ code: 1, signal: null, failure: null });
  await vi.waitFor(() => expect(printed.join('')).toContain('no-such-module.js'));
});
