import { expect, it, vi } from 'vitest';
import { InvalidInputError, ObjectExistsError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { storeOnce } from './stored-once.ts';

it('writes a document once: who comes second changes nothing and is told', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  expect(await storeOnce(objects, 'facts.json', { eyes: 2 })).toBe(true);
  expect(await storeOnce(objects, 'facts.json', { eyes: 1 })).toBe(false);
  const { object, content } = await objects.get('facts.json');
  expect(Buffer.from(content).toString()).toBe('{"eyes":2}');
  expect(object.contentType).toBe('application/json');
});

it('tells a document that was there before from one that the store does not take', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const put = vi.spyOn(objects, 'put');
  put.mockRejectedValueOnce(new InvalidInputError('too long'));
  await expect(storeOnce(objects, 'facts.json', {})).rejects.toThrow('too long');
  // It was there, if for a moment only.
  put.mockRejectedValueOnce(new ObjectExistsError('facts.json'));
  expect(await storeOnce(objects, 'facts.json', {})).toBe(false);
  await objects.put('facts.json', Buffer.from('{}'));
  put.mockRejectedValueOnce(new Error('the disk is full'));
  await expect(storeOnce(objects, 'facts.json', {})).rejects.toThrow('the disk is full');
});
