import { expect, it } from 'vitest';
import type { Laterality } from '../exams/laterality.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { CONTENTS_PREFIX, contentHolders, forgetContent, registerContent } from './content-register.ts';

const SHA256 = 'a'.repeat(64);
const holder = (patient: string, laterality: Laterality, program = 'north') => ({
  exam: { program, patient, exam: '2026-05-01' },
  laterality,
});

it('tells which other patients of the program have a content, and none of another program or content', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  expect(await registerContent(objects, SHA256, holder('P1', 'left'))).toEqual([]);
  expect(await registerContent(objects, SHA256, holder('P1', 'left'))).toEqual([]);
  expect(await registerContent(objects, SHA256, holder('P2', 'right'))).toEqual([holder('P1', 'left')]);
  expect(await registerContent(objects, SHA256, holder('P1', 'right'))).toEqual([
    holder('P1', 'left'),
    holder('P2', 'right'),
  ]);
  expect(await registerContent(objects, SHA256, holder('P3', 'left', 'south'))).toEqual([]);
  expect(await registerContent(objects, 'b'.repeat(64), holder('P4', 'left'))).toEqual([]);
});

it('lets at least one of two see the other, however close they come', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const seen = await Promise.all([
    registerContent(objects, SHA256, holder('P1', 'left')),
    registerContent(objects, SHA256, holder('P2', 'left')),
  ]);
  expect(seen.flat().length).toBeGreaterThan(0);
});

it('forgets one holder for good and leaves the others', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await registerContent(objects, SHA256, holder('P1', 'left'));
  await registerContent(objects, SHA256, holder('P1', 'right'));
  await forgetContent(objects, SHA256, holder('P1', 'left'));
  const { items } = await objects.listVersions(CONTENTS_PREFIX, { limit: 10 });
  expect(items.map(({ key }) => key)).toEqual([`contents/north/${SHA256}/P1/2026-05-01/right`]);
});

it('tells whose images have a content, of one program', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await registerContent(objects, SHA256, holder('P1', 'left'));
  await registerContent(objects, SHA256, holder('P2', 'right'));
  expect(await contentHolders(objects, 'north', SHA256)).toEqual([
    holder('P1', 'left'),
    holder('P2', 'right'),
  ]);
  expect(await contentHolders(objects, 'south', SHA256)).toEqual([]);
});

it('passes over what is no entry of an eye, and keeps the first writing of an entry', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await registerContent(objects, SHA256, holder('P1', 'left'));
  await registerContent(objects, SHA256, holder('P1', 'left'));
  for (const rest of ['P2', 'P2/2026-05-01', 'P2/2026-05-01/both'])
    await objects.put(`${CONTENTS_PREFIX}north/${SHA256}/${rest}`, new Uint8Array());
  expect(await contentHolders(objects, 'north', SHA256)).toEqual([holder('P1', 'left')]);
  const { items } = await objects.listVersions(`${CONTENTS_PREFIX}north/${SHA256}/P1/`, { limit: 10 });
  expect(items).toHaveLength(1);
});
