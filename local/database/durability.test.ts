import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registeredExam } from '../../test/conformance/exam-records.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { Database, type Durability } from './database.ts';

/** What SQLite answers to `PRAGMA synchronous`. FULL flushes at each commit, NORMAL may lose the last ones. */
const FULL = 2;
const NORMAL = 1;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'retclip-durability-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

describe("the database's durability", () => {
  it('flushes each commit that is to last, and no other', async () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    const synchronous = () => Number(database.get('PRAGMA synchronous')?.synchronous);
    const during = (durability: Durability) => database.write(durability, synchronous);
    expect(synchronous()).toBe(FULL);
    expect(await during('durable')).toBe(FULL);
    expect(await during('relaxed')).toBe(NORMAL);
    expect(await during('durable')).toBe(FULL);
    database.close();
  });

  it('flushes a transaction that several writes share if one of them is to last', async () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    const synchronous = () => Number(database.get('PRAGMA synchronous')?.synchronous);
    const shared = (['relaxed', 'durable', 'relaxed'] as const).map((durability) =>
      database.write(durability, synchronous),
    );
    expect(await Promise.all(shared)).toEqual([FULL, FULL, FULL]);
    const relaxed = (['relaxed', 'relaxed'] as const).map((durability) =>
      database.write(durability, synchronous),
    );
    expect(await Promise.all(relaxed)).toEqual([NORMAL, NORMAL]);
    database.close();
  });

  it('keeps a write-ahead log, whose commits last by one flush', () => {
    const database = new Database(join(directory, 'state.sqlite'), directory);
    expect(database.get('PRAGMA journal_mode')?.journal_mode).toBe('wal');
    database.close();
  });
});

describe('what a data folder may not lose with the power', () => {
  let home: LocalHome;
  beforeEach(async () => {
    home = await openLocalHome(directory);
  });
  afterEach(() => home.close());

  /** Durabilities of the writes that an act made. */
  async function writesOf(act: () => Promise<unknown>): Promise<readonly Durability[]> {
    const write = vi.spyOn(Database.prototype, 'write');
    await act();
    const durabilities = write.mock.calls.map(([durability]) => durability);
    write.mockRestore();
    return durabilities;
  }

  const key = { program: 'north', patient: 'P1', exam: '1' };
  const at = '2026-05-01T00:00:00.000Z';

  it('are stored objects, exams, messages sent and events: each is flushed', async () => {
    const { objects, exams, queues, events } = home;
    const { versionId } = await objects.put('b', Buffer.from('right'));
    const acts: (() => Promise<unknown>)[] = [
      () => objects.put('a', Buffer.from('left')),
      () => objects.delete('a'),
      () => objects.deleteVersion('b', versionId ?? ''),
      () => exams.save(registeredExam(key, at)),
      async () => exams.remove((await exams.get(key)) ?? registeredExam(key, at)),
      () => queues.screening.queue.send([{ body: 'a' }]),
      () => events.publish([{ type: 'ExamScreened', id: 'r', at, exam: key, outcome: 'recall' } as never]),
    ];
    for (const act of acts) {
      const durabilities = await writesOf(act);
      // What the journal says of it is flushed by itself; the note that it does may be lost, and is then written again.
      expect(durabilities[0], String(act)).toBe('durable');
      expect(durabilities.filter((one) => one === 'relaxed').length, String(act)).toBeLessThanOrEqual(1);
    }
  });

  it('are not loans of messages: what is forgotten is delivered again', async () => {
    const { queue } = home.queues.screening;
    await queue.send([{ body: 'a' }]);
    const receive = () => queue.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(new Set(await writesOf(receive))).toEqual(new Set(['relaxed']));
  });
});
