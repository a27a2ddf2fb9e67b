import { describe, expect, it, vi } from 'vitest';
import { InvalidInputError, ObjectChangedError, ObjectNotFoundError } from '../errors.ts';
import type { PutOptions } from '../ports/index.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { DELIVERY_ATTEMPTS, pauseAfter, webhookBody, webhookId } from './webhook-delivery.ts';
import {
  addEndpoint,
  MOST_ENDPOINTS,
  readEndpoints,
  removeEndpoint,
  webhookRequestSchema,
} from './webhook-endpoints.ts';

const NOW = new Date('2026-05-01T08:00:00.000Z');
const REQUEST = { url: 'https://clinic.example/hook' };

describe("a program's webhooks", () => {
  it('are added, each with a secret of its own, and removed', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    expect(await readEndpoints(objects, 'north')).toEqual([]);
    const first = await addEndpoint(objects, 'north', REQUEST, NOW);
    const second = await addEndpoint(objects, 'north', { ...REQUEST, events: ['JobFinished'] }, NOW);
    expect(first).toMatchObject({ url: REQUEST.url, createdAt: NOW.toISOString() });
    expect(first.events).toEqual(['ImagePrepared', 'ExamScreened', 'ExamReviewed', 'JobFinished']);
    expect(second.events).toEqual(['JobFinished']);
    expect(first.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(new Set([first.secret, second.secret, first.id, second.id]).size).toBe(4);
    expect(await readEndpoints(objects, 'north')).toEqual([first, second]);
    expect(await readEndpoints(objects, 'south')).toEqual([]);
    await removeEndpoint(objects, 'north', first.id);
    expect(await readEndpoints(objects, 'north')).toEqual([second]);
    const removing = removeEndpoint(objects, 'north', first.id);
    await expect(removing).rejects.toThrow(`There is no webhook "${first.id}".`);
    await expect(removing).rejects.toThrow(InvalidInputError);
  });

  it('are ten at most', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    for (let count = 0; count < 10; count += 1) await addEndpoint(objects, 'north', REQUEST, NOW);
    expect(MOST_ENDPOINTS).toBe(10);
    const adding = addEndpoint(objects, 'north', REQUEST, NOW);
    await expect(adding).rejects.toThrow('Program "north" has 10 webhooks already');
    expect(await readEndpoints(objects, 'north')).toHaveLength(10);
  });

  it('lose none of each other when two callers add one in the same moment', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const urls = ['https://a.example/', 'https://b.example/', 'https://c.example/'];
    await Promise.all(urls.map((url) => addEndpoint(objects, 'north', { url }, NOW)));
    const stored = await readEndpoints(objects, 'north');
    expect(stored.map(({ url }) => url).toSorted()).toEqual(urls);
  });

  it('are added in a store without versions too, unconditionally where there were some', async () => {
    let stored: Buffer | undefined;
    const conditions: unknown[] = [];
    const store = {
      head: async () => (stored === undefined ? undefined : { versionId: null }),
      get: async (key: string) => {
        if (stored === undefined) throw new ObjectNotFoundError(key);
        return { content: stored };
      },
      put: async (_: string, content: Buffer, { ifAbsent, ifLatest }: PutOptions) => {
        conditions.push({ ifAbsent, ifLatest });
        stored = content;
      },
    } as never;
    for (const url of ['https://a.example/', 'https://b.example/'])
      await addEndpoint(store, 'north', { url }, NOW);
    expect(conditions).toEqual([{ ifAbsent: true }, { ifAbsent: false }]);
    expect(await readEndpoints(store, 'north')).toMatchObject([{ url: 'https://a.example/' }, {}]);
  });

  it('are tried five times against others who write', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const put = vi.spyOn(objects, 'put').mockRejectedValue(new ObjectChangedError('k', 'v'));
    await expect(addEndpoint(objects, 'north', REQUEST, NOW)).rejects.toThrow(ObjectChangedError);
    expect(put).toHaveBeenCalledTimes(5);
    put.mockRejectedValue(new Error('the disk is full'));
    await expect(addEndpoint(objects, 'north', REQUEST, NOW)).rejects.toThrow('the disk is full');
    expect(put).toHaveBeenCalledTimes(6);
  });

  it.each([
    { url: 'ftp://a.example/' },
    { url: 'no address' },
    { url: `https://a.example/${'x'.repeat(2_000)}` },
    { ...REQUEST, events: [] },
    { ...REQUEST, events: ['Nothing'] },
    { ...REQUEST, more: 1 },
  ])('are refused as %j', (request) => {
    expect(webhookRequestSchema.safeParse(request).success).toBe(false);
  });

  it.each(['https://a.example/', 'http://127.0.0.1:9/x'])('may be sent to %s', (url) => {
    expect(webhookRequestSchema.safeParse({ url }).success).toBe(true);
  });
});

describe('a delivery', () => {
  it('waits longer each time, in all about six hours', () => {
    const pauses = Array.from({ length: DELIVERY_ATTEMPTS - 1 }, (_, index) => pauseAfter(index + 1));
    expect(pauses.slice(0, 7)).toEqual([5, 30, 120, 300, 900, 900, 900]);
    const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3_600;
    expect(hours).toBeGreaterThan(5.5);
    expect(hours).toBeLessThan(6.5);
  });

  it('has one id and one body for all attempts', () => {
    const event = {
      ...{ type: 'ExamScreened', id: 'r1', at: NOW.toISOString(), outcome: 'refer' },
      exam: { program: 'north', patient: 'P1', exam: '1' },
    } as never;
    expect(webhookId(event)).toBe('ExamScreened.r1');
    expect(JSON.parse(webhookBody(event))).toEqual({
      ...{ type: 'ExamScreened', timestamp: NOW.toISOString() },
      data: { id: 'r1', outcome: 'refer', exam: { program: 'north', patient: 'P1', exam: '1' } },
    });
  });
});
