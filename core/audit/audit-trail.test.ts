import { describe, expect, it, vi } from 'vitest';
import { ConfigurationError, InvalidInputError } from '../errors.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import type { AuditTrail } from './audit-trail.ts';
import { hashFormerEntries } from './hash-former-entries.ts';
import { AuditedHome } from './testing/audited-home.ts';
import { pagesOf } from './testing/entries.ts';

const audited = new AuditedHome();

/** Writes parts of as many entries as told, one a second, callers numbered from 1. */
async function write(trail: AuditTrail, parts: readonly number[]): Promise<number> {
  let caller = 0;
  for (const entries of parts) {
    audited.now += 1_000;
    for (let index = 0; index < entries; index += 1) {
      caller += 1;
      trail.add(audited.entry(String(caller)));
    }
    await trail.flush();
  }
  return caller;
}

const countdown = (from: number) => Array.from({ length: from }, (_, index) => String(from - index));

describe('the audit trail', () => {
  it('gives a program its own entries, whole, the newest first', async () => {
    const trail = audited.trailOf();
    trail.add(audited.entry('a'));
    trail.add(audited.entry('b', 'south'));
    trail.add(audited.entry('c'));
    await trail.flush();
    expect((await trail.page('north', { limit: 10 })).items).toEqual([
      await audited.kept('c'),
      await audited.kept('a'),
    ]);
    expect(await pagesOf(trail, 10, 'south')).toEqual([['b']]);
    expect(await pagesOf(trail, 10, 'east')).toEqual([[]]);
    const { items } = await audited.home.objects.list('audited/north/', { limit: 10 });
    expect(items).toHaveLength(1);
    expect(items[0]?.key).toMatch(/^audited\/north\/\d{13}-[0-9a-f-]{36}\.jsonl$/);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('loses and repeats nothing on pages of %i', async (limit) => {
    const trail = audited.trailOf();
    const entries = await write(trail, [1, 3, 2]);
    const pages = await pagesOf(trail, limit);
    expect(pages.flat()).toEqual(countdown(entries));
    expect(pages.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
    expect(pages).toHaveLength(Math.ceil(entries / limit));
  });

  it('goes on behind the parts that are listed at once', async () => {
    const trail = audited.trailOf();
    const entries = await write(
      trail,
      Array.from({ length: 102 }, () => 1),
    );
    for (const limit of [50, 51, 100, 1_000]) {
      expect((await pagesOf(trail, limit)).flat()).toEqual(countdown(entries));
    }
  });

  it('refuses a limit that no page has, and the cursor of another program', async () => {
    const trail = audited.trailOf();
    await write(trail, [2]);
    await expect(trail.page('north', { limit: 0 })).rejects.toThrow(InvalidInputError);
    const { cursor } = await trail.page('north', { limit: 1 });
    await expect(trail.page('south', { limit: 1, cursor })).rejects.toThrow(InvalidInputError);
  });

  it('names the part that is damaged, and no other fault so', async () => {
    const trail = audited.trailOf();
    await write(trail, [1]);
    const { items } = await audited.home.objects.list('audited/north/', { limit: 1 });
    const key = String(items[0]?.key);
    for (const damage of ['{', '{"at":"yesterday"}']) {
      await audited.home.objects.put(key, Buffer.from(damage));
      await expect(trail.page('north', { limit: 1 })).rejects.toThrow(ConfigurationError);
      await expect(trail.page('north', { limit: 1 })).rejects.toThrow(key);
    }
    vi.spyOn(audited.home.objects, 'get').mockRejectedValue(new Error('no connection'));
    await expect(trail.page('north', { limit: 1 })).rejects.toThrow('no connection');
  });

  it('passes over a part that is removed while it reads', async () => {
    const trail = audited.trailOf();
    await write(trail, [1, 2]);
    const { items } = await audited.home.objects.list('audited/north/', { limit: 2 });
    vi.spyOn(audited.home.objects, 'list').mockResolvedValueOnce({ items });
    await audited.home.objects.delete(String(items[0]?.key));
    expect(await pagesOf(trail, 10)).toEqual([['1']]);
  });
});

describe('whom the trail is about', () => {
  it('stands nowhere in it, and is found by who knows the pseudonym', async () => {
    const trail = audited.trailOf();
    trail.add({
      ...audited.entry('a'),
      subjects: ['Zhang/2026', 'P2'],
      query: { patient: 'Zhang', label: 'amd' },
    });
    trail.add({ ...audited.entry('b'), subjects: ['P2'] });
    await trail.flush();
    const { items } = await audited.home.objects.list('audited/north/', { limit: 1 });
    const { content } = await audited.home.objects.get(String(items[0]?.key));
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
    const trail = audited.trailOf();
    await write(trail, [1]);
    const former = [audited.entry('former 2'), audited.entry('former 1')]
      .map((one) => JSON.stringify(one))
      .join('\n');
    const key = 'audit/north/8222377599999-a.jsonl';
    await audited.home.objects.put(key, Buffer.from(former));
    await audited.home.objects.put(key, Buffer.from(former));
    const before = await pagesOf(trail, 2);
    expect(before).toEqual([['1', 'former 2'], ['former 1']]);
    expect(
      await hashFormerEntries(audited.home.objects, new PseudonymHash(audited.home.objects), 'north'),
    ).toBe(2);
    expect(await pagesOf(trail, 2)).toEqual(before);
    expect((await trail.page('north', { limit: 9 })).items[2]).toEqual(await audited.kept('former 1'));
    expect((await audited.home.objects.listVersions('audit/', { limit: 9 })).items).toEqual([]);
    expect(
      await hashFormerEntries(audited.home.objects, new PseudonymHash(audited.home.objects), 'north'),
    ).toBe(0);
  });
});
