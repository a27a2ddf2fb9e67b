import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { forgetMove, movedFromIn, movedFromOf, noteMove } from './moved-from.ts';

const FROM = { key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v7' };

describe('a move on its way', () => {
  it('is read by what the metadata say, in its own program, until it is forgotten in all versions', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const said = await noteMove(objects, 'north', FROM);
    const other = await noteMove(objects, 'north', { ...FROM, versionId: null });
    expect(said).toMatch(/^move:[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(other).not.toBe(said);
    const stored = await objects.head(`moves/north/${said.slice(5)}.json`);
    expect(stored?.contentType).toBe('application/json');
    expect(await movedFromOf(objects, 'north', said)).toEqual(FROM);
    expect(await movedFromOf(objects, 'north', other)).toEqual({ ...FROM, versionId: null });
    expect(await movedFromOf(objects, 'south', said)).toBeUndefined();
    await forgetMove(objects, 'north', said);
    expect(await movedFromOf(objects, 'north', said)).toBeUndefined();
    const { items } = await objects.listVersions('moves/', { limit: 9 });
    expect(items.map(({ key }) => key)).toEqual([`moves/north/${other.slice(5)}.json`]);
  });

  it('of a damaged note, or from a store that fails, is told', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put('moves/north/m.json', Buffer.from('{"schema":"another"}'));
    await expect(movedFromOf(objects, 'north', 'move:m')).rejects.toThrow();
    const broken = { get: () => Promise.reject(new Error('disk')) };
    await expect(movedFromOf(broken, 'north', 'move:m')).rejects.toThrow('disk');
  });
});

describe('what former releases wrote', () => {
  it.each([
    ['images%2Fnorth%2FP%201%2F1%2Fleft.jpg#v1', { key: 'images/north/P 1/1/left.jpg', versionId: 'v1' }],
    ['images/north/P1/1/left.jpg', { key: 'images/north/P1/1/left.jpg', versionId: null }],
    ['images/north/P1/1/left.jpg#', { key: 'images/north/P1/1/left.jpg', versionId: null }],
  ])('%s is read without the store, and there is nothing to forget', async (text, from) => {
    expect(movedFromIn(text)).toEqual(from);
    expect(await movedFromOf({} as never, 'north', text)).toEqual(from);
    await expect(forgetMove({} as never, 'north', text)).resolves.toBeUndefined();
  });

  it('is refused where it is not a key, with its beginning', () => {
    const text = `%zz${'x'.repeat(100)}`;
    expect(() => movedFromIn(text)).toThrow(InvalidInputError);
    expect(() => movedFromIn(text)).toThrow(`moved from "${text.slice(0, 80)}": that is no key`);
  });
});
