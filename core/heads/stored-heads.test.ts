import { expect, it } from 'vitest';
import { drawnHead } from '../../rescore-worker/testing/population.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { HeadError } from './head.ts';
import { readHead, storeHead } from './stored-heads.ts';

const HEAD = drawnHead('odir', 2, ['amd']);
const bytesOf = (head: object) => Buffer.from(JSON.stringify(head));

it('reads a head by its id, though its bundle has another of the name', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const reference = await storeHead(objects, HEAD);
  await objects.put('models/m1/heads/odir.json', bytesOf({ ...HEAD, provenance: 'another' }));
  expect(await readHead(objects, reference, 'm1')).toEqual(HEAD);
});

it('reads the head of the bundle only if it is the one that is named', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const reference = await storeHead(objects, HEAD);
  await objects.delete(`heads/${reference.id}.json`);
  await objects.put('models/m1/heads/odir.json', bytesOf(HEAD));
  expect(await readHead(objects, reference, 'm1')).toEqual(HEAD);
  await objects.put('models/m1/heads/odir.json', bytesOf({ ...HEAD, provenance: 'another' }));
  await expect(readHead(objects, reference, 'm1')).rejects.toThrow(HeadError);
  await expect(readHead(objects, reference, 'm1')).rejects.toThrow(reference.id);
});

it('refuses a stored head that was changed under its id', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const reference = await storeHead(objects, HEAD);
  const labels = HEAD.labels.map((label) => ({ ...label, threshold: 0.9 }));
  await objects.put(`heads/${reference.id}.json`, bytesOf({ ...HEAD, labels }));
  await expect(readHead(objects, reference, 'm1')).rejects.toThrow(HeadError);
});

it('stores a head once, in one version', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const reference = await storeHead(objects, HEAD);
  expect(await storeHead(objects, HEAD)).toEqual(reference);
  expect((await objects.listVersions(`heads/${reference.id}.json`, { limit: 9 })).items).toHaveLength(1);
});
