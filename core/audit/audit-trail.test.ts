import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { ConfigurationError, InvalidInputError } from '../errors.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import type { AuditEntry } from './audit-entry.ts';
import { AuditTrail, MOST_UNWRITTEN } from './audit-trail.ts';
import { hashFormerEntries } from './hash-former-entries.ts';

const START = Date.parse('2026-05-01T08:00:00Z');

let directory: string;
let home: LocalHome;
let now: number;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'));
  home = await openLocalHome(directory);
  now = START;
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await home.close();
  await rm(directory, { recursive: true });
});

function entry(caller: string, program = 'north'): AuditEntry {
  return {
    at: new Date(now).toISOString(),
    ...{ caller, method: 'GET', route: '/v1/programs/{program}/results', program },
    ...{ subjects: ['P1/1'], query: { outcome: 'refer' }, status: 200 },
  };
}

/** The entry as the trail keeps it: whom it is about is told only to one who asks for the patient. */
async function kept(caller: string, program = 'north'): Promise<AuditEntry> {
  const hashes = new PseudonymHash(home.objects);
  const subject = await Promise.all([hashes.ofPatient(program, 'P1'), hashes.ofPatient(program, 'P1/1')]);
  return { ...entry(caller, program), subjects: [subject.join('/')] };
}

const trailOf = (options: ConstructorParameters<typeof AuditTrail>[1] = {}) =>
  new AuditTrail(home.objects, { now: () => new Date(now), ...options });

/** Writes parts of as many entries as told, one a second, callers numbered from 1. */
async function write(trail: AuditTrail, parts: readonly number[]): Promise<number> {
  let caller = 0;
  for (const entries of parts) {
    now += 1_000;
    for (let index = 0; index < entries; index += 1) {
      caller += 1;
      trail.add(entry(String(caller)));
    }
    await trail.flush();
  }
  return caller;
}

/** All callers by pages, and how long each page was. */
async function pagesOf(trail: AuditTrail, limit: number, program = 'north') {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await trail.page(program, { limit, cursor });
    pages.push(page.items.map(({ caller }) => caller));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

const countdown = (from: number) => Array.from({ length: from }, (_, index) => String(from - index));

describe('the audit trail', () => {
  it('gives a program its own entries, whole, the newest first', async () => {
    const trail = trailOf();
    trail.add(entry('a'));
    trail.add(entry('b', 'south'));
    trail.add(entry('c'));
    await trail.flush();
    expect((await trail.page('north', { limit: 10 })).items).toEqual([await kept('c'), await kept('a')]);
    expect(await pagesOf(trail, 10, 'south')).toEqual([['b']]);
    expect(await pagesOf(trail, 10, 'east')).toEqual([[]]);
    const { items } = await home.objects.list('audited/north/', { limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.key).toMatch(/^audited\/north\/\d{13}-[0-9a-f-]{36}\.jsonl$/);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('loses and repeats nothing on pages of %i', async (limit) => {
    const trail = trailOf();
    const entries = await write(trail, [1, 3, 2]);
    const pages = await pagesOf(trail, limit);
    expect(pages.flat()).toEqual(countdown(entries));
    expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
    expect(pages).toHaveLength(Math.ceil(entries / limit));
  });

  it('goes on behind the parts that are listed at once', async () => {
    const trail = trailOf();
    const entries = await write(
      trail,
      Array.from({ length: 102 }, () => 1),
    );
    for (const limit of [50, 51, 100, 1_000]) {
      expect((await pagesOf(trail, limit)).flat()).toEqual(countdown(entries));
    }
  });

  it('refuses a limit that no page has, and the cursor of another program', async () => {
    const trail = trailOf();
    await write(trail, [2]);
    await expect(trail.page('north', { limit: 0 })).rejects.toThrow(InvalidInputError);
    const { cursor } = await trail.page('north', { limit: 1 });
    await expect(trail.page('south', { limit: 1, cursor })).rejects.toThrow(InvalidInputError);
  });

  it('names the part that is damaged, and no other fault so', async () => {
    const trail = trailOf();
    await write(trail, [1]);
    const { items } = await home.objects.list('audited/north/', { limit: 1 });
    const key = String(items[0]?.key);
    for (const damage of ['{', '{"at":"yesterday"}']) {
      await home.objects.put(key, Buffer.from(damage));
      await expect(trail.page('north', { limit: 1 })).rejects.toThrow(ConfigurationError);
      await expect(trail.page('north', { limit: 1 })).rejects.toThrow(key);
    }
    vi.spyOn(home.objects, 'get').mockRejectedValue(new Error('no connection'));
    await expect(trail.page('north', { limit: 1 })).rejects.toThrow('no connection');
  });

  it('passes over a part that is removed while it reads', async () => {
    const trail = trailOf();
    await write(trail, [1, 2]);
    const { items } = await home.objects.list('audited/north/', { limit: 2 });
    vi.spyOn(home.objects, 'list').mockResolvedValueOnce({ items });
    await home.objects.delete(String(items[0]?.key));
    expect(await pagesOf(trail, 10)).toEqual([['1']]);
  });
});

describe('whom the trail is about', () => {
  it('stands nowhere in it, and is found by who knows the pseudonym', async () => {
    const trail = trailOf();
    trail.add({ ...entry('a'), subjects: ['Zhang/2026', 'P2'], query: { patient: 'Zhang', label: 'amd' } });
    trail.add({ ...entry('b'), subjects: ['P2'] });
    await trail.flush();
    const { items } = await home.objects.list('audited/north/', { limit: 1 });
    const { content } = await home.objects.get(String(items[0]?.key));
    expect(Buffer.from(content).toString()).not.toMatch(/Zhang|P2|2026"/);
    const about = async (patient: string) =>
      (await trail.page('north', { limit: 9, patient })).items.map(({ caller }) => caller);
    expect(await about('Zhang')).toEqual(['a']);
    expect(await about('P2')).toEqual(['b', 'a']);
    expect(await about('P')).toEqual([]);
    const [first] = (await trail.page('north', { limit: 9, patient: 'Zhang' })).items;
    expect(first?.query.label).toBe('amd');
  });

  it('is hashed in what former releases wrote, at the same place, once and for all versions', async () => {
    const trail = trailOf();
    await write(trail, [1]);
    const former = [entry('former 2'), entry('former 1')].map((one) => JSON.stringify(one)).join('\n');
    const key = 'audit/north/8222377599999-a.jsonl';
    await home.objects.put(key, Buffer.from(former));
    await home.objects.put(key, Buffer.from(former));
    const before = await pagesOf(trail, 2);
    expect(before).toEqual([['1', 'former 2'], ['former 1']]);
    expect(await hashFormerEntries(home.objects, new PseudonymHash(home.objects), 'north')).toBe(2);
    expect(await pagesOf(trail, 2)).toEqual(before);
    expect((await trail.page('north', { limit: 9 })).items[2]).toEqual(await kept('former 1'));
    expect((await home.objects.listVersions('audit/', { limit: 9 })).items).toEqual([]);
    expect(await hashFormerEntries(home.objects, new PseudonymHash(home.objects), 'north')).toBe(0);
  });
});

describe('entries that wait', () => {
  it('are written with those that come in the meantime, after their wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const trail = trailOf({ waitMilliseconds: 500 });
    // Makes the key by which patients are hashed.
    await kept('a');
    const put = vi.spyOn(home.objects, 'put');
    trail.add(entry('a'));
    vi.advanceTimersByTime(400);
    trail.add(entry('b'));
    expect(put).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(1));
    await put.mock.results[0]?.value;
    trail.add(entry('c'));
    vi.advanceTimersByTime(499);
    expect(put).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(2));
    await put.mock.results[1]?.value;
    expect((await trail.page('north', { limit: 9 })).items.map(({ caller }) => caller).toSorted()).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('wait on until they can be written, and tell why they could not', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const faults: string[] = [];
    const trail = trailOf({ waitMilliseconds: 10, onFault: ({ message }) => faults.push(message) });
    const put = vi.spyOn(home.objects, 'put').mockRejectedValueOnce(new Error('the disk is full'));
    trail.add(entry('a'));
    vi.advanceTimersByTime(10);
    await vi.waitFor(() => expect(faults).toEqual(['the disk is full']));
    put.mockRejectedValueOnce('text');
    trail.add(entry('b'));
    vi.advanceTimersByTime(10);
    await vi.waitFor(() => expect(faults).toEqual(['the disk is full', 'text']));
    await trail.flush();
    expect(await pagesOf(trail, 9)).toEqual([['b', 'a']]);
  });

  it('of one program are written though those of another cannot be', async () => {
    const genuine = home.objects.put.bind(home.objects);
    vi.spyOn(home.objects, 'put').mockImplementation((key, ...rest) =>
      key.startsWith('audited/north/') ? Promise.reject(new Error('no')) : genuine(key, ...rest),
    );
    const trail = trailOf();
    trail.add(entry('a'));
    trail.add(entry('b', 'south'));
    await expect(trail.flush()).rejects.toThrow('no');
    expect(await pagesOf(trail, 9, 'south')).toEqual([['b']]);
    vi.restoreAllMocks();
    await trail.flush();
    expect(await pagesOf(trail, 9)).toEqual([['a']]);
    expect(await pagesOf(trail, 9, 'south')).toEqual([['b']]);
  });
});

describe('a store that takes nothing for long', () => {
  const full = new Error('the disk is full');
  /** An entry about 99 patients, as a page of a list is: it counts as 100. */
  const long = (caller: string): AuditEntry => ({
    ...entry(caller),
    subjects: Array.from({ length: 99 }, (_, patient) => `P${patient}/1`),
  });
  const ENTRIES = MOST_UNWRITTEN / 100;

  /** A trail whose entries cannot be written, with so many that one more subject fills it, and a clock. */
  async function almostFull() {
    let elapsed = 0;
    const trail = trailOf({ elapsed: () => elapsed });
    const put = vi.spyOn(home.objects, 'put').mockRejectedValue(full);
    for (let at = 1; at < ENTRIES; at += 1) trail.add(long(String(at)));
    trail.add({ ...long(String(ENTRIES)), subjects: long('').subjects.slice(1) });
    return { trail, put, pass: (milliseconds: number) => (elapsed += milliseconds) };
  }

  it('lets work begin until twenty thousand entries and subjects wait, and then refuses it with the reason', async () => {
    const { trail } = await almostFull();
    expect(MOST_UNWRITTEN).toBe(20_000);
    expect(trail.isFull).toBe(false);
    await trail.makeRoom();
    trail.add({ ...entry('last'), subjects: [] });
    expect(trail.isFull).toBe(true);
    await expect(trail.makeRoom()).rejects.toBe(full);
    // Nothing is dropped: what was done meanwhile is taken, and all of it is written once there is room.
    trail.add(entry('in hand'));
    vi.restoreAllMocks();
    await trail.flush();
    expect(trail.isFull).toBe(false);
    const callers = (await pagesOf(trail, 1_000)).flat();
    expect(callers).toHaveLength(ENTRIES + 2);
    expect(callers.slice(0, 3)).toEqual(['in hand', 'last', String(ENTRIES)]);
  }, 60_000);

  it('is tried once a second, however many ask, and work goes on as soon as it takes what waits', async () => {
    const { trail, put, pass } = await almostFull();
    trail.add({ ...entry('last'), subjects: [] });
    put.mockClear();
    const together = await Promise.allSettled([trail.makeRoom(), trail.makeRoom(), trail.makeRoom()]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const tries = put.mock.calls.length;
    pass(999);
    await expect(trail.makeRoom()).rejects.toBe(full);
    expect(put).toHaveBeenCalledTimes(tries);
    vi.restoreAllMocks();
    pass(1);
    await trail.makeRoom();
    expect(trail.isFull).toBe(false);
    // Of what waits it has written two hundred entries to see: the rest follows with the next.
    expect((await pagesOf(trail, 1_000)).flat()).toHaveLength(200);
    await trail.flush();
    expect((await pagesOf(trail, 1_000)).flat()).toHaveLength(ENTRIES + 1);
  }, 60_000);

  it('lets no work begin while what waits is being written: that may fail', async () => {
    const { trail, put } = await almostFull();
    trail.add({ ...entry('last'), subjects: [] });
    vi.restoreAllMocks();
    await kept('a');
    let refuse = (_: Error): void => undefined;
    put.mockReset();
    vi.spyOn(home.objects, 'put').mockImplementation(() => new Promise((_, reject) => (refuse = reject)));
    const flushed = trail.flush().catch((error: unknown) => error);
    await vi.waitFor(() => expect(home.objects.put).toHaveBeenCalledTimes(1), { timeout: 30_000 });
    const room = trail.makeRoom().then(
      () => 'begun',
      () => 'refused',
    );
    refuse(full);
    expect(await room).toBe('refused');
    expect(await flushed).toBe(full);
    expect(trail.isFull).toBe(true);
  }, 60_000);
});
