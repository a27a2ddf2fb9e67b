import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { StorageFullError } from '../errors.ts';
import { bytesText } from './bytes-text.ts';
import { FreeRoom } from './free-room.ts';

const MEBI = 1024 * 1024;
const GIBI = 1024 * MEBI;

describe('the room on a disk', () => {
  it.each([
    // Free, total, a photograph: is it taken, is work begun?
    [64 * MEBI + 10, 100 * GIBI, 10, true, true],
    [64 * MEBI + 9, 100 * GIBI, 10, false, true],
    [16 * MEBI, 100 * GIBI, 0, false, true],
    [16 * MEBI - 1, 100 * GIBI, 0, false, false],
    [0, 100 * GIBI, 0, false, false],
    // Of a small disk less is kept.
    [5 * MEBI, 100 * MEBI, 0, true, true],
    [5 * MEBI - 1, 100 * MEBI, 0, false, true],
    [1.25 * MEBI - 1, 100 * MEBI, 0, false, false],
    // Some network file systems tell nothing.
    [0, 0, 1_000, true, true],
  ])(
    '%d free of %d: a photograph of %d bytes is taken %s, work is begun %s',
    (free, total, bytes, taken, begun) => {
      const room = new FreeRoom('/data', () => ({ free, total }));
      if (taken) room.requireFor(bytes);
      else expect(() => room.requireFor(bytes)).toThrow(StorageFullError);
      expect(room.isEnoughForWork).toBe(begun);
    },
  );

  it('is taken for enough where it cannot be read', () => {
    const room = new FreeRoom('/data', () => {
      throw new Error('EACCES');
    });
    room.requireFor(GIBI);
    expect([room.isEnoughForWork, room.shortage]).toEqual([true, null]);
  });

  it('is told in words that say what to do', () => {
    const room = (free: number) => new FreeRoom('/data', () => ({ free, total: 100 * GIBI }));
    expect(room(20_000_000).shortage).toBe(
      'The disk of data folder "/data" is almost full: 20.0 MB are free. New photographs are refused; those that are stored are worked on. Free at least 47.2 MB more: work goes on by itself.',
    );
    expect(room(0).shortage).toBe(
      'The disk of data folder "/data" is full: 0 bytes are free. New photographs are refused, and those that are stored wait. Nothing is lost. Free at least 67.2 MB more: work goes on by itself.',
    );
    expect([0, 999, 1_000, 1_001, 999_999_999, 4e15].map(bytesText)).toEqual([
      ...['0 bytes', '999 bytes', '1.0 kB', '1.1 kB', '1000.0 MB', '4000.0 TB'],
    ]);
  });
});

it('lends no message while there is no room for its answer, counts no delivery, and lends it once there is', async () => {
  const disk = { free: GIBI, total: 100 * GIBI };
  await using temporary = await temporaryHome({ disk: () => disk });
  const { queue } = temporary.home.queues.screening;
  await queue.send([{ body: 'a' }]);
  disk.free = 0;
  const waiting = queue.receive({ maxMessages: 1, waitSeconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(await queue.depth()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  disk.free = GIBI;
  expect(await waiting).toMatchObject([{ body: 'a', receiveCount: 1 }]);
});

it('begins no work on a disk that refuses writes though it says that there is room, until it takes one again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'free-room-'));
  try {
    const room = new FreeRoom(folder, () => ({ free: GIBI, total: 100 * GIBI }));
    // There is no folder for the trial: it fails as a write beyond a quota does.
    room.noteRefusal();
    expect(room.isEnoughForWork).toBe(false);
    expect(room.shortage).toContain('has its user a quota?');
    await mkdir(join(folder, 'temporary'));
    await expect.poll(() => room.isEnoughForWork, { timeout: 5_000 }).toBe(true);
    expect(room.shortage).toBeNull();
    expect(await readdir(join(folder, 'temporary'))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
