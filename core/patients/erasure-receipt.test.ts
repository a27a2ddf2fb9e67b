import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { NOTHING_ERASED } from '../erasures/erasure-record.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { hashFormerReceipts, storeReceipt } from './erasure-receipt.ts';

const RECEIPT = {
  ...{ receipt: 'r1', program: 'north', patientHash: '5f0c', at: '2026-05-01T10:00:00.000Z', by: 'operator' },
  erased: { ...NOTHING_ERASED, images: 2 },
};

it('a receipt lies under its program, as JSON', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  await storeReceipt(objects, RECEIPT);
  const { content } = await objects.get('programs/north/receipts/r1.json');
  expect(JSON.parse(Buffer.from(content).toString())).toEqual(RECEIPT);
  expect((await objects.head('programs/north/receipts/r1.json'))?.contentType).toBe('application/json');
});

it('receipts of former releases get a keyed hash, of their program only, and go in all versions', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  const pseudonyms = new PseudonymHash(objects);
  const { patientHash: _, ...rest } = RECEIPT;
  const former = (receipt: string, program: string, patient: string) => {
    const patientSha256 = createHash('sha256').update(`${program}/${patient}`).digest('hex');
    const content = Buffer.from(JSON.stringify({ ...rest, receipt, program, patientSha256 }));
    return objects.put(`programs/${program}/erasures/${receipt}.json`, content);
  };
  await former('r1', 'north', 'P1');
  await former('r1', 'north', 'P1');
  await former('r2', 'north', 'P2');
  await former('r3', 'south', 'P3');
  // One that was deleted since leaves a marker, which goes as well.
  await former('r4', 'north', 'P4');
  await objects.delete('programs/north/erasures/r4.json');
  expect(await hashFormerReceipts(objects, pseudonyms, 'north')).toBe(2);
  const { content } = await objects.get('programs/north/receipts/r2.json');
  expect(JSON.parse(Buffer.from(content).toString())).toEqual({
    ...rest,
    receipt: 'r2',
    patientHash: await pseudonyms.ofPatient('north', 'P2'),
  });
  expect((await objects.head('programs/north/receipts/r2.json'))?.contentType).toBe('application/json');
  const left = await objects.listVersions('programs/', { limit: 20 });
  expect(left.items.map(({ key }) => key).toSorted()).toEqual([
    'programs/north/receipts/r1.json',
    'programs/north/receipts/r2.json',
    'programs/south/erasures/r3.json',
  ]);
  expect(await hashFormerReceipts(objects, pseudonyms, 'north')).toBe(0);
});
