import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { QUEUE_NAMES, QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import type { WorkQueue } from '../../core/ports/index.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { openLocalHome } from '../home.ts';

const START = Date.parse('2026-05-01T08:00:00Z');
const DAY = 24 * 3_600_000;

async function bodies(queue: WorkQueue): Promise<string[]> {
  return (await queue.receive({ maxMessages: 10, waitSeconds: 0 })).map(({ body }) => body);
}

it.each(QUEUE_NAMES)(
  'keeps what waits in queue %s, and what lies in its dead letters, for years',
  async (name) => {
    let now = START;
    await using temporary = await temporaryHome({ now: () => now });
    const { queue, deadLetters } = temporary.home.queues[name];
    await queue.send([{ body: 'waits' }]);
    await deadLetters.send([{ body: 'is dead' }]);
    await queue.send([{ body: 'dies' }]);
    now += 15 * DAY;
    for (let delivery = 0; delivery < QUEUE_SETTINGS[name].maxReceiveCount; delivery += 1) {
      const received = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      await queue.release(received.filter(({ body }) => body === 'dies').map(({ receipt }) => receipt));
      if (delivery === 0) {
        const [waits] = received.filter(({ body }) => body === 'waits');
        await queue.extend([waits?.receipt ?? ''], 43_200);
      }
    }
    now += 3 * 365 * DAY;
    expect(await bodies(queue)).toEqual(['waits']);
    expect((await bodies(deadLetters)).toSorted()).toEqual(['dies', 'is dead']);
  },
);

it('keeps what a folder of a former format would have dropped', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'no-expiry-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(directory, { recursive: true }));
  const former = await openLocalHome(directory);
  await former.queues.screening.queue.send([{ body: 'waits' }]);
  await former.queues.screening.deadLetters.send([{ body: 'is dead' }]);
  await former.close();
  const database = new DatabaseSync(former.folder.database);
  database.exec(`
    ALTER TABLE messages ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 1;
    PRAGMA user_version = 3;
  `);
  database.close();

  for (let opening = 1; opening <= 2; opening += 1) {
    const home = await openLocalHome(directory);
    const { queue, deadLetters } = home.queues.screening;
    expect(await bodies(queue)).toEqual(['waits']);
    expect(await bodies(deadLetters)).toEqual(['is dead']);
    await queue.releaseAll();
    await deadLetters.releaseAll();
    await home.close();
  }
});
