import { expect, it } from 'vitest';
import { ObjectChangedError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { changeStored } from './change-stored.ts';

const textOf = async (store: { get(key: string): Promise<{ readonly content: Uint8Array }> }) =>
  Buffer.from((await store.get('facts.json')).content).toString();

it('changes what another has written in between, and keeps type and metadata', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const options = { contentType: 'application/json', metadata: { eyes: 'both' } };
  await objects.put('facts.json', Buffer.from('left right'), options);
  let isFirst = true;
  const contested = {
    get: objects.get.bind(objects),
    put: async (...words: Parameters<typeof objects.put>) => {
      if (isFirst) {
        isFirst = false;
        await changeStored(objects, 'facts.json', (text) => text.replace('left', 'OS'));
      }
      return objects.put(...words);
    },
  };
  expect(await changeStored(contested, 'facts.json', (text) => text.replace('right', 'OD'))).toBe(true);
  expect(await textOf(objects)).toBe('OS OD');
  expect(await objects.head('facts.json')).toMatchObject(options);
});

it('writes nothing where nothing changes, or nothing is there', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await objects.put('facts.json', Buffer.from('left'));
  expect(await changeStored(objects, 'facts.json', (text) => text)).toBe(true);
  expect((await objects.listVersions('facts.json', { limit: 9 })).items).toHaveLength(1);
  expect(await changeStored(objects, 'none.json', () => 'right')).toBe(false);
  expect(await objects.head('none.json')).toBeUndefined();
});

it('gives up after twenty writers, and repeats nothing that failed for another reason', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await objects.put('facts.json', Buffer.from('left'));
  let puts = 0;
  const failing = (error: Error) => ({
    get: objects.get.bind(objects),
    put: async () => {
      puts += 1;
      throw error;
    },
  });
  const late = failing(new ObjectChangedError('facts.json', 'v1'));
  await expect(changeStored(late, 'facts.json', () => 'right')).rejects.toThrow(ObjectChangedError);
  expect(puts).toBe(20);
  await expect(changeStored(failing(new Error('disk full')), 'facts.json', () => 'right')).rejects.toThrow(
    'disk full',
  );
  expect(puts).toBe(21);
});
