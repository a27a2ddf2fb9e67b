import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { StorageFullError } from '../../local/errors.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { sha256Of } from '../../local/objects/content-files.ts';
import { registeredExam } from '../conformance/exam-records.ts';
import { SmallDisk } from './small-disk.ts';

const ROUNDS = 6;

const disk = await SmallDisk.mount(8);
if (typeof disk === 'string') console.warn(`NOT TESTED: writes that fail for want of room, since ${disk}`);

describe.skipIf(typeof disk === 'string')('a write for which no byte is left', () => {
  const small = disk as SmallDisk;
  afterAll(() => small[Symbol.asyncDispose]());

  /** Told that all is well, so that every write is tried. */
  const plenty = () => ({ free: 1e12, total: 1e12 });
  const open = () => openLocalHome(join(small.path, 'data'), { disk: plenty });

  const objects = new Map<string, string>();
  const messages = new Set<string>();
  const exams = new Map<string, ExamRecord>();
  let count = 0;

  async function writeSome(home: LocalHome): Promise<unknown[]> {
    const faults: unknown[] = [];
    const attempt = async (write: () => Promise<void>) => {
      await write().catch((error: unknown) => faults.push(error));
    };
    const writes = Array.from({ length: 12 }, () => {
      count += 1;
      const name = String(count);
      const content = randomBytes(20_000 + count);
      const sha256 = sha256Of(content);
      const key = `images/north/P${name}/1/left.jpg`;
      return [
        attempt(async () => {
          await home.objects.put(key, content);
          objects.set(key, sha256);
        }),
        attempt(async () => {
          const stream = (async function* () {
            for (let start = 0; start < content.length; start += 5_000) {
              yield content.subarray(start, start + 5_000);
            }
          })();
          await home.objects.putStream(`${key}.streamed`, stream, { sha256, bytes: content.length });
          objects.set(`${key}.streamed`, sha256);
        }),
        attempt(async () => {
          const body = `${name} ${'x'.repeat(3_000)}`;
          await home.queues.indexing.queue.send([{ body }]);
          messages.add(body);
        }),
        attempt(async () => {
          const exam = registeredExam(
            { program: 'north', patient: `P${name}`, exam: '1' },
            '2026-05-01T00:00:00.000Z',
          );
          exams.set(name, await home.exams.save(exam));
        }),
      ];
    });
    await Promise.all(writes.flat());
    return faults;
  }

  async function expectAllThere(home: LocalHome): Promise<void> {
    for (const [key, sha256] of objects) expect(sha256Of((await home.objects.get(key)).content)).toBe(sha256);
    // What was not acknowledged is there whole or not at all.
    const { items } = await home.objects.list('images/', { limit: 1_000 });
    for (const { key, bytes } of items) {
      const { content, object } = await home.objects.get(key);
      expect([content.length, sha256Of(content)]).toEqual([bytes, object.sha256]);
    }
    for (const record of exams.values()) expect(await home.exams.get(record)).toEqual(record);
  }

  it('is refused and leaves nothing half written, and everything before it stays', async () => {
    let faults = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      let home = await open();
      // Nothing at all, a page, a few: each time another write is the one that fails.
      await small.fill([0, 4_096, 40_960, 163_840][round % 4]);
      for (let tries = 0; tries < 20; tries += 1) {
        const failed = await writeSome(home);
        for (const fault of failed) {
          expect(fault).toBeInstanceOf(StorageFullError);
          expect(String(fault)).toContain(`"${join(small.path, 'data')}" is full`);
        }
        faults += failed.length;
        if (failed.length > 20) break;
      }
      await expectAllThere(home);
      if (round % 2 === 0) {
        await home.close();
        await small.free();
        home = await open();
      }
      await small.free();
      // Room again: the same process goes on.
      expect(await writeSome(home)).toEqual([]);
      await expectAllThere(home);
      expect(await readdir(home.folder.temporary)).toEqual([]);
      await home.close();
      for (const key of [...objects.keys()].slice(0, -10)) objects.delete(key);
      await makeRoom();
    }
    expect(faults).toBeGreaterThan(20 * ROUNDS);

    const home = await open();
    const bodies = new Set<string>();
    for (;;) {
      const received = await home.queues.indexing.queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (received.length === 0) break;
      for (const { body } of received) bodies.add(body);
    }
    for (const body of messages) expect(bodies.has(body)).toBe(true);
    await home.close();
    const database = new DatabaseSync(home.folder.database, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  }, 120_000);

  /** Takes old photographs out, so that the next round has something to fill. */
  async function makeRoom(): Promise<void> {
    const home = await open();
    for (const { key, versionId } of (await home.objects.listVersions('images/', { limit: 1_000 })).items) {
      if (!objects.has(key) && versionId !== null) await home.objects.deleteVersion(key, versionId);
    }
    await home.close();
  }
});
