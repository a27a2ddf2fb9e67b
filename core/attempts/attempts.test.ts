import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { ATTEMPTS_PREFIX, attemptNoteKey } from './attempt-note.ts';
import { Attempts } from './attempts.ts';
import type { AttemptedMessage } from './deliveries.ts';
import { forgetAttempts } from './forget-attempts.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };
const REQUEST = 'f00d';
let directory: string;
let home: LocalHome;
let now: number;
let attempts: Attempts;

beforeEach(async () => {
  now = Date.parse('2026-05-01T08:00:00Z');
  directory = await mkdtemp(join(tmpdir(), 'attempts-'));
  home = await openLocalHome(directory, { now: () => now });
  attempts = new Attempts(home.objects);
});
afterEach(async () => {
  await home.close();
  await rm(directory, { recursive: true });
});

function delivery(
  receiveCount: number,
  more: { id?: string; redrives?: number; requestId?: string } = {},
): AttemptedMessage {
  const { id = 'm1', redrives, requestId = REQUEST } = more;
  return {
    id,
    body: JSON.stringify({ exam: EXAM, requestId }),
    attributes: redrives === undefined ? {} : { redrives: String(redrives) },
    receiveCount,
  };
}
const versions = async () => (await home.objects.listVersions(ATTEMPTS_PREFIX, { limit: 100 })).items;

describe('attempts at a request', () => {
  it('are none at first, and their note names program, patient and exam', async () => {
    expect(await attempts.find(delivery(1))).toEqual({ crashes: 0, failures: 0, isSuspect: false });
    await attempts.begin(delivery(2));
    expect((await versions()).map(({ key }) => key)).toEqual([
      'reconciliation/.attempts/north/P1/2026-05-01/f00d.json',
    ]);
  });

  it('make a suspect of what came back without its worker’s word, not of what failed in order', async () => {
    expect((await attempts.find(delivery(2))).isSuspect).toBe(true);
    await attempts.fail(delivery(2), 'a fault', false);
    expect(await attempts.find(delivery(3))).toEqual({ crashes: 0, failures: 1, isSuspect: false });
    // Another copy of the request, and a delivery that the note does not speak of.
    expect((await attempts.find(delivery(3, { id: 'm2' }))).isSuspect).toBe(true);
    expect((await attempts.find(delivery(4))).isSuspect).toBe(true);
  });

  it('keep one that has ended a worker apart, whatever came after', async () => {
    await attempts.begin(delivery(2));
    await attempts.fail(delivery(3), 'a fault', false);
    expect(await attempts.find(delivery(4))).toEqual({ crashes: 1, failures: 1, isSuspect: true });
  });

  it('are counted by request: copies of it share them, other requests of the exam do not', async () => {
    await attempts.begin(delivery(2));
    await attempts.begin(delivery(2, { id: 'm2' }));
    expect((await attempts.find(delivery(3))).crashes).toBe(2);
    expect((await attempts.find(delivery(3, { requestId: 'beef' }))).crashes).toBe(0);
  });

  it('begin at zero when the request is sent again, and no late copy takes that back', async () => {
    for (let crash = 0; crash < 3; crash += 1) await attempts.begin(delivery(2 + crash));
    expect((await attempts.find(delivery(2, { id: 'm2', redrives: 1 }))).crashes).toBe(0);
    await attempts.begin(delivery(2, { id: 'm2', redrives: 1 }));
    expect((await attempts.find(delivery(9))).crashes).toBe(1);
  });

  it('are taken back where the worker lives and has not tried; the request stays a suspect', async () => {
    await attempts.begin(delivery(2));
    await attempts.begin(delivery(3));
    await attempts.spare(delivery(3));
    expect(await attempts.find(delivery(4))).toEqual({ crashes: 1, failures: 0, isSuspect: true });
    for (let again = 0; again < 2; again += 1) await attempts.spare(delivery(3));
    expect(await attempts.find(delivery(4))).toEqual({ crashes: 0, failures: 0, isSuspect: true });
  });

  it('take back a crash that did not come where the worker outlived a fault', async () => {
    await attempts.begin(delivery(2));
    await attempts.begin(delivery(3));
    expect(await attempts.fail(delivery(3), 'a fault', true)).toBe(1);
    expect(await attempts.find(delivery(4))).toEqual({ crashes: 1, failures: 1, isSuspect: true });
    expect(await attempts.fail(delivery(4), 'a fault', true)).toBe(2);
    expect(await attempts.find(delivery(5))).toEqual({ crashes: 0, failures: 2, isSuspect: true });
  });

  it('keep the last reason, 500 characters of it at most', async () => {
    await attempts.fail(delivery(2), 'the first', false);
    await attempts.fail(delivery(3), `${'x'.repeat(500)}y`, false);
    const { content } = await home.objects.get(attemptNoteKey(EXAM, REQUEST));
    expect(JSON.parse(Buffer.from(content).toString()).reason).toBe('x'.repeat(500));
  });

  it.each(['often', '-1', '1.5', '1e300', ''])(
    'are those of one never sent again where redrives are %j',
    async (redrives) => {
      const message = { ...delivery(2), attributes: { redrives } };
      await attempts.begin(message);
      expect((await attempts.find(delivery(3))).crashes).toBe(1);
      expect((await attempts.find({ ...message, receiveCount: 3 })).crashes).toBe(1);
    },
  );

  it('leave one version, and none when they are forgotten', async () => {
    for (let crash = 0; crash < 4; crash += 1) await attempts.begin(delivery(2 + crash));
    await attempts.begin(delivery(2, { requestId: `${REQUEST}.json` }));
    expect(await versions()).toHaveLength(2);
    await attempts.forget(delivery(6));
    expect((await versions()).map(({ key }) => key)).toEqual([attemptNoteKey(EXAM, `${REQUEST}.json`)]);
  });

  it('are none where the note cannot be read, and a fault where the store cannot', async () => {
    await home.objects.put(attemptNoteKey(EXAM, REQUEST), Buffer.from('{'));
    expect((await attempts.find(delivery(2))).crashes).toBe(0);
    const down = new Attempts({ ...home.objects, get: () => Promise.reject(new Error('down')) } as never);
    await expect(down.find(delivery(2))).rejects.toThrow('down');
  });

  it.each(['{', '[]', '{"exam":{"program":"a/b","patient":"P","exam":"1"},"requestId":"r"}'])(
    'at %s, which is not a request, are not counted',
    async (body) => {
      const message = { ...delivery(2), body };
      // Not even a store that can do nothing is missed.
      const none = new Attempts({} as never);
      await none.begin(message);
      await none.spare(message);
      expect(await none.fail(message, 'a fault', true)).toBe(1);
      await none.forget(message);
      expect(await none.find(message)).toEqual({ crashes: 0, failures: 0, isSuspect: true });
    },
  );

  it('are forgotten after thirty days in which no worker came back, however many they are', async () => {
    const { objects } = home;
    const small = {
      list: (prefix: string, page: { cursor?: string }) => objects.list(prefix, { ...page, limit: 1 }),
      listVersions: objects.listVersions.bind(objects),
      delete: objects.delete.bind(objects),
      deleteVersion: objects.deleteVersion.bind(objects),
    };
    await attempts.begin(delivery(2));
    await attempts.begin(delivery(2, { requestId: 'dead' }));
    await attempts.begin(delivery(2, { requestId: 'f00d.json' }));
    now += 24 * 3_600_000;
    await attempts.begin(delivery(2, { requestId: 'beef' }));
    now += 29 * 24 * 3_600_000;
    expect(await forgetAttempts(small, new Date(now))).toBe(0);
    now += 1;
    expect(await forgetAttempts(small, new Date(now))).toBe(3);
    expect((await versions()).map(({ key }) => key)).toEqual([attemptNoteKey(EXAM, 'beef')]);
  });
});
