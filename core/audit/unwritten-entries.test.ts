import { describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { MOST_UNWRITTEN } from './audit-trail.ts';
import { AuditedHome } from './testing/audited-home.ts';
import { pagesOf } from './testing/entries.ts';

const audited = new AuditedHome();

describe('entries that wait', () => {
  it('are written with those that come in the meantime, after their wait', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const trail = audited.trailOf({ waitMilliseconds: 500 });
    // Makes the key by which patients are hashed.
    await audited.kept('a');
    const put = vi.spyOn(audited.home.objects, 'put');
    trail.add(audited.entry('a'));
    vi.advanceTimersByTime(400);
    trail.add(audited.entry('b'));
    expect(put).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(1));
    await put.mock.results[0]?.value;
    trail.add(audited.entry('c'));
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
    const trail = audited.trailOf({ waitMilliseconds: 10, onFault: ({ message }) => faults.push(message) });
    const put = vi.spyOn(audited.home.objects, 'put').mockRejectedValueOnce(new Error('the disk is full'));
    trail.add(audited.entry('a'));
    vi.advanceTimersByTime(10);
    await vi.waitFor(() => expect(faults).toEqual(['the disk is full']));
    put.mockRejectedValueOnce('text');
    trail.add(audited.entry('b'));
    vi.advanceTimersByTime(10);
    await vi.waitFor(() => expect(faults).toEqual(['the disk is full', 'text']));
    await trail.flush();
    expect(await pagesOf(trail, 9)).toEqual([['b', 'a']]);
  });

  it('of one program are written though those of another cannot be', async () => {
    const genuine = audited.home.objects.put.bind(audited.home.objects);
    vi.spyOn(audited.home.objects, 'put').mockImplementation((key, ...rest) =>
      key.startsWith('audited/north/') ? Promise.reject(new Error('no')) : genuine(key, ...rest),
    );
    const trail = audited.trailOf();
    trail.add(audited.entry('a'));
    trail.add(audited.entry('b', 'south'));
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
    ...audited.entry(caller),
    subjects: Array.from({ length: 99 }, (_, patient) => `P${patient}/1`),
  });
  const ENTRIES = MOST_UNWRITTEN / 100;

  /** A trail whose entries cannot be written, with so many that one more subject fills it, and a clock. */
  async function almostFull() {
    let elapsed = 0;
    const trail = audited.trailOf({ elapsed: () => elapsed });
    const put = vi.spyOn(audited.home.objects, 'put').mockRejectedValue(full);
    for (let at = 1; at < ENTRIES; at += 1) trail.add(long(String(at)));
    trail.add({ ...long(String(ENTRIES)), subjects: long('').subjects.slice(1) });
    return { trail, put, pass: (milliseconds: number) => (elapsed += milliseconds) };
  }

  it('lets work begin until twenty thousand entries and subjects wait, and then refuses it with the reason', async () => {
    const { trail } = await almostFull();
    expect(MOST_UNWRITTEN).toBe(20_000);
    expect(trail.isFull).toBe(false);
    await trail.makeRoom();
    trail.add({ ...audited.entry('last'), subjects: [] });
    expect(trail.isFull).toBe(true);
    await expect(trail.makeRoom()).rejects.toBe(full);
    // Nothing is dropped: what was done meanwhile is taken, and all of it is written once there is room.
    trail.add(audited.entry('in hand'));
    vi.restoreAllMocks();
    await trail.flush();
    expect(trail.isFull).toBe(false);
    const callers = (await pagesOf(trail, 1_000)).flat();
    expect(callers).toHaveLength(ENTRIES + 2);
    expect(callers.slice(0, 3)).toEqual(['in hand', 'last', String(ENTRIES)]);
  }, 60_000);

  it('is tried once a second, however many ask, and work goes on as soon as it takes what waits', async () => {
    const { trail, put, pass } = await almostFull();
    trail.add({ ...audited.entry('last'), subjects: [] });
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
    trail.add({ ...audited.entry('last'), subjects: [] });
    vi.restoreAllMocks();
    await audited.kept('a');
    let refuse = (_: Error): void => undefined;
    put.mockReset();
    vi.spyOn(audited.home.objects, 'put').mockImplementation(
      () => new Promise((_, reject) => (refuse = reject)),
    );
    const flushed = trail.flush().catch((error: unknown) => error);
    await vi.waitFor(() => expect(audited.home.objects.put).toHaveBeenCalledTimes(1), { timeout: 30_000 });
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
