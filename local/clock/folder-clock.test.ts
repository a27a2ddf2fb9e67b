import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalHome, openLocalHome } from '../home.ts';

let directory: string;
/** What is the case on the machine: which start of it this is, what its clock reads, and the time of day. */
let machine: { boot: string; read: number; now: number };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'folder-clock-'));
  machine = { boot: 'first', read: 70_000, now: Date.parse('2026-05-01T08:00:00Z') };
});
afterEach(() => rm(directory, { recursive: true }));

function open(): Promise<LocalHome> {
  const { boot } = machine;
  return openLocalHome(directory, {
    now: () => machine.now,
    machine: { boot, read: () => machine.read },
  });
}

/** Time passes, and the time of day goes with it. */
function pass(milliseconds: number): void {
  machine.read += milliseconds;
  machine.now += milliseconds;
}

function restart(read = 5): void {
  machine.boot = `${machine.boot}+`;
  machine.read = read;
}

const received = async (home: LocalHome) =>
  (await home.queues.screening.queue.receive({ maxMessages: 10, waitSeconds: 0 })).map(({ body }) => body);

describe('the clock of a data folder', () => {
  it('goes by the time that passes, not by the time of day, and is one for all processes', async () => {
    const [one, other] = [await open(), await open()];
    const began = one.clock.now();
    for (const step of [-15 * 86_400_000, 2_000, -3_600_000, 40 * 86_400_000]) {
      machine.now += step;
      pass(250);
    }
    expect(one.clock.now() - began).toBe(1_000);
    expect(other.clock.now()).toBe(one.clock.now());
    await one.close();
    const again = await open();
    expect(again.clock.now()).toBe(other.clock.now());
    await Promise.all([other.close(), again.close()]);
  });

  it('goes on where it was when the machine is started again, a second of it at most being lost', async () => {
    const before = await open();
    pass(123_456);
    await before.queues.intake.queue.send([{ body: 'stores the reading' }]);
    const stored = before.clock.now();
    pass(900);
    await before.queues.intake.queue.send([{ body: 'too soon to be stored' }]);
    await before.close();
    for (const read of [5, 400_000]) {
      restart(read);
      const after = await open();
      expect(after.clock.now()).toBe(stored);
      pass(7);
      expect(after.clock.now()).toBe(stored + 7);
      await after.close();
      restart(1);
    }
  });

  it('is set again where the system does not name its starts, and the machine reads less than before', async () => {
    machine.boot = '';
    const before = await open();
    pass(5_000);
    await before.queues.intake.queue.send([{ body: 'a' }]);
    const stored = before.clock.now();
    await before.close();
    machine.read = 12;
    const after = await open();
    expect(after.clock.now()).toBe(stored);
    await after.close();
  });

  it('lets no message be hidden for longer than it was to be, whatever the clock and the machine do', async () => {
    const step = fc.oneof(
      fc.constantFrom(-2, 2, -3_600, 3_600, -15 * 86_400, 15 * 86_400).map((set) => ({ set })),
      fc.integer({ min: 1, max: 400 }).map((seconds) => ({ seconds })),
      fc.constant({ restart: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 900 }),
        fc.array(step, { maxLength: 6 }),
        async (delaySeconds, steps) => {
          let home = await open();
          await home.queues.screening.queue.send([{ body: 'later', delaySeconds }]);
          let waited = 0;
          for (const taken of steps) {
            if ('set' in taken) machine.now += taken.set * 1_000;
            else if ('seconds' in taken) {
              pass(taken.seconds * 1_000);
              waited += taken.seconds;
            } else {
              // What has passed is known as far as something was stored since.
              await home.queues.intake.queue.send([{ body: 'meanwhile' }]);
              await home.close();
              restart();
              home = await open();
            }
            if (waited >= delaySeconds) break;
            expect(await received(home)).toEqual([]);
          }
          pass(Math.max(0, delaySeconds - waited) * 1_000 - 1);
          if (waited < delaySeconds) expect(await received(home)).toEqual([]);
          pass(2_000);
          expect(await received(home)).toEqual(['later']);
          await home.queues.screening.queue.send([{ body: 'now' }]);
          expect(await received(home)).toEqual(['now']);
          await home.close();
          await rm(directory, { recursive: true });
        },
      ),
      { numRuns: 40 },
    );
    await open().then((home) => home.close());
  });

  it('by default is that of the machine: the time of day may be set meanwhile', async () => {
    const home = await openLocalHome(directory);
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const began = home.clock.now();
      vi.setSystemTime(Date.now() + 15 * 86_400_000);
      const other = await openLocalHome(directory);
      expect(other.clock.now() - began).toBeLessThan(15 * 86_400_000);
      expect(other.clock.now()).toBeGreaterThanOrEqual(began);
      await other.close();
    } finally {
      vi.useRealTimers();
      await home.close();
    }
  });
});

it('does not hide messages of a former release for longer than any message may be', async () => {
  const home = await open();
  const { queue } = home.queues.screening;
  await queue.send([{ body: 'on loan' }, { body: 'waiting' }, { body: 'soon', delaySeconds: 10 }]);
  await queue.receive({ maxMessages: 1, waitSeconds: 0 });
  await home.close();
  const database = new DatabaseSync(home.folder.database);
  // A clock that was 15 days ahead hid them.
  const now = Date.now();
  machine.now = now;
  database.exec(`
    DROP TABLE folder_clock;
    PRAGMA user_version = 3;
    UPDATE messages SET visible_at = ${now + 15 * 86_400_000} WHERE body <> 'soon';
    UPDATE messages SET visible_at = ${now + 10_000} WHERE body = 'soon';
  `);
  database.close();
  const after = await open();
  expect(await received(after)).toEqual([]);
  pass(10_000);
  expect(await received(after)).toEqual(['soon']);
  // The moment of the migration is a little later than that of the open.
  pass(950_000);
  expect((await received(after)).sort()).toEqual(['soon', 'waiting']);
  pass(43_200_000 - 900_000);
  expect(await received(after)).toContain('on loan');
  await after.close();
});
