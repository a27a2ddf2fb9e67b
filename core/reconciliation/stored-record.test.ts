import { describe, expect, it, vi } from 'vitest';
import { InvalidInputError, ObjectChangedError } from '../errors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { NEVER_RECONCILED, type ReconciliationRecord } from './reconciliation-record.ts';
import { ReconciliationBusyError, recordKey, StoredRecord } from './stored-record.ts';

const EVERYTHING = { program: null, isDry: false };
const RECORD: ReconciliationRecord = {
  ...NEVER_RECONCILED,
  stages: {
    jobs: {
      startedAt: '2026-05-01T00:00:00.000Z',
      finishedAt: '2026-05-01T00:00:01.000Z',
      looked: 3,
      findings: {},
    },
  },
};

describe('the record of reconciliations', () => {
  it.each([
    [EVERYTHING, 'reconciliation/everything.json'],
    [{ program: 'north', isDry: false }, 'reconciliation/programs/north.json'],
    [{ program: null, isDry: true }, 'reconciliation/dry/everything.json'],
    [{ program: 'north', isDry: true }, 'reconciliation/dry/programs/north.json'],
  ])('of %j lies under its own key', (scope, key) => {
    expect(recordKey(scope)).toBe(key);
  });

  it('is written over what was read of it, and one version of it is kept', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const stored = await StoredRecord.read(objects, EVERYTHING);
    expect(stored.content).toEqual({ schema: 'reconciliation/1', run: null, stages: {} });
    await stored.write(NEVER_RECONCILED);
    await stored.write(RECORD);
    expect(stored.content).toEqual(RECORD);
    const again = await StoredRecord.read(objects, EVERYTHING);
    expect(again.content).toEqual(RECORD);
    await again.write(NEVER_RECONCILED);
    expect((await objects.listVersions('reconciliation/', { limit: 9 })).items).toHaveLength(1);
    const { object } = await objects.get(recordKey(EVERYTHING));
    expect(object.contentType).toBe('application/json');
  });

  it.each(['{', '{"schema":"reconciliation/9"}', ''])('that reads %j is begun again', async (text) => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(recordKey(EVERYTHING), Buffer.from(text));
    const stored = await StoredRecord.read(objects, EVERYTHING);
    expect(stored.content).toEqual(NEVER_RECONCILED);
    await stored.write(RECORD);
    expect((await StoredRecord.read(objects, EVERYTHING)).content).toEqual(RECORD);
  });

  it.each([
    [EVERYTHING, 'Another reconciliation of everything is under way'],
    [{ program: 'north', isDry: true }, 'Another reconciliation of program "north" is under way'],
  ])('of %j is left to its first writer, at its beginning and later', async (scope, message) => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    for (let round = 0; round < 2; round += 1) {
      const [first, second] = [
        await StoredRecord.read(objects, scope),
        await StoredRecord.read(objects, scope),
      ];
      await first.write(RECORD);
      await expect(second.write(NEVER_RECONCILED)).rejects.toThrow(ReconciliationBusyError);
      await expect(second.write(NEVER_RECONCILED)).rejects.toThrow(message);
      // What was not written is not known either.
      if (round === 0) expect(second.content).toEqual(NEVER_RECONCILED);
      expect((await StoredRecord.read(objects, scope)).content).toEqual(RECORD);
    }
  });

  it('is another’s where the store says so in either way, and a fault where the store fails', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const stored = await StoredRecord.read(objects, EVERYTHING);
    const put = vi.spyOn(objects, 'put');
    for (const conflict of [new ObjectChangedError('k', 'v'), new InvalidInputError('It is there.')]) {
      put.mockRejectedValueOnce(conflict);
      await expect(stored.write(RECORD)).rejects.toThrow(ReconciliationBusyError);
    }
    put.mockRejectedValueOnce(new Error('the disk is full'));
    await expect(stored.write(RECORD)).rejects.toThrow('the disk is full');
    vi.spyOn(objects, 'get').mockRejectedValueOnce(new Error('no connection'));
    await expect(StoredRecord.read(objects, EVERYTHING)).rejects.toThrow('no connection');
  });

  it('is written unconditionally in a store without versions', async () => {
    const puts: unknown[] = [];
    const store = {
      get: async () => ({ object: { versionId: null }, content: Buffer.from(JSON.stringify(RECORD)) }),
      put: async (...words: unknown[]) => {
        puts.push(words[2]);
        return { versionId: null };
      },
      listVersions: async () => ({ items: [{ key: recordKey(EVERYTHING), versionId: null }] }),
    } as never;
    const stored = await StoredRecord.read(store, EVERYTHING);
    await stored.write(NEVER_RECONCILED);
    expect(puts).toEqual([{ contentType: 'application/json' }]);
  });
});
