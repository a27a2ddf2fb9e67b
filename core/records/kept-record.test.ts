import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError } from '../errors.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { EXAM, receivedImage } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { keepPeoplesWork, keepRecord, keptRecordKey, keptRecordsOfPatient } from './kept-record.ts';
import { patientErased } from './update-exam.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const RECORD = receiveImage(undefined, receivedImage('left'), NOW, 900);
const READ: ExamRecord = { ...RECORD, reviews: [{ id: 'v1', outcome: 'refer' } as never] };
const VERDICT = { id: 'v2', outcome: 'recall' } as never;
const WITHDRAWN: ExamRecord = {
  ...RECORD,
  images: RECORD.images.map((image) => ({
    ...image,
    state: 'withdrawn' as const,
    withdrawal: { at: NOW.toISOString(), by: 'Ada', reason: 'another patient' },
  })),
};
const KEY = 'kept-records/north/P1/2026-05-01.json';

it('lies under its exam, as JSON', async () => {
  await using temporary = await temporaryHome();
  const { objects } = temporary.home;
  expect([keptRecordKey(EXAM), keptRecordsOfPatient('north', 'P1')]).toEqual([KEY, 'kept-records/north/P1/']);
  const { versionId } = await keepRecord(objects, READ);
  const stored = await objects.head(KEY);
  expect([stored?.versionId, stored?.contentType]).toEqual([versionId, 'application/json']);
  expect(JSON.parse(Buffer.from((await objects.get(KEY)).content).toString())).toEqual(READ);
});

describe('a record that was changed is kept', () => {
  it.each<readonly [string, ExamRecord | undefined, ExamRecord, number]>([
    ['with its first verdict', RECORD, READ, 1],
    ['with another verdict', READ, { ...READ, reviews: [...(READ.reviews ?? []), { id: 'v2' } as never] }, 1],
    ['where an image was withdrawn', RECORD, WITHDRAWN, 1],
    ['if it is new and holds a verdict', undefined, READ, 1],
    ['but not if people said nothing new', READ, { ...READ, status: 'screening' }, 0],
    ['nor if they said nothing at all', undefined, RECORD, 0],
    ['nor if what they said has gone', READ, RECORD, 0],
  ])('%s', async (_, before, saved, versions) => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const exams = { get: async () => saved };
    await keepPeoplesWork({ exams, objects }, before, saved);
    expect((await objects.listVersions(KEY, { limit: 9 })).items).toHaveLength(versions);
  });

  it('and removed again if its patient was erased in the same moment', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const asked: unknown[] = [];
    const get = async (key: unknown) => {
      asked.push(key);
      return asked.length === 1 ? READ : undefined;
    };
    await keepPeoplesWork({ exams: { get }, objects }, RECORD, READ);
    expect((await objects.listVersions(KEY, { limit: 9 })).items).toEqual([]);
    expect(asked).toEqual([READ, READ]);
  });

  it('as it stands by then, and in no version as it stood before', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const named: ExamRecord = { ...READ, revision: 5, status: 'screened' };
    const unnamed: ExamRecord = { ...READ, revision: 6, status: 'screening' };
    // A writer saved one record; another one came in between its reading and its keeping.
    const found = [named, unnamed, unnamed, unnamed];
    await keepPeoplesWork({ exams: { get: async () => found.shift() }, objects }, RECORD, named);
    const { items } = await objects.listVersions(KEY, { limit: 9 });
    expect(items).toHaveLength(1);
    expect(JSON.parse(Buffer.from((await objects.get(KEY)).content).toString())).toEqual(unnamed);
  });

  it('by a writer that was held up not over what a later one has kept', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const later: ExamRecord = { ...READ, revision: 6, reviews: [...(READ.reviews ?? []), VERDICT] };
    let current: ExamRecord = { ...READ, revision: 5 };
    const held: typeof objects.put = async (...words) => {
      if (current.revision === 5) {
        current = later;
        await keepPeoplesWork({ exams: { get: async () => later }, objects }, READ, later);
      }
      return objects.put(...words);
    };
    const store = { put: held, get: objects.get.bind(objects), deleteVersion: objects.deleteVersion };
    await keepPeoplesWork({ exams: { get: async () => current }, objects: store }, RECORD, current);
    expect(JSON.parse(Buffer.from((await objects.get(KEY)).content).toString())).toEqual(later);
  });

  it('with what was kept before and a restored table lacks', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await keepRecord(objects, READ);
    const saved: ExamRecord = { ...RECORD, revision: 9, reviews: [VERDICT] };
    await keepPeoplesWork({ exams: { get: async () => saved }, objects }, RECORD, saved);
    const kept = JSON.parse(Buffer.from((await objects.get(KEY)).content).toString());
    expect(kept).toEqual({ ...saved, reviews: [...(READ.reviews ?? []), VERDICT] });
  });

  it('over what cannot be read', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(KEY, Buffer.from('{"schema": "exam/2", "rev'));
    await keepPeoplesWork({ exams: { get: async () => READ }, objects }, RECORD, READ);
    expect(JSON.parse(Buffer.from((await objects.get(KEY)).content).toString())).toEqual(READ);
  });

  it('in a store without versions it stays for the erasure to find', async () => {
    const removed: string[] = [];
    const found = [READ];
    const objects = {
      get: async (key: string) => {
        throw new ObjectNotFoundError(key);
      },
      put: async (key: string) => ({ key, versionId: null }) as never,
      deleteVersion: async (key: string) => void removed.push(key),
    };
    await keepPeoplesWork({ exams: { get: async () => found.shift() }, objects }, RECORD, READ);
    expect(removed).toEqual([]);
  });
});

it('a record whose patient was erased is not saved, and its exam is named', () => {
  expect(patientErased(RECORD).message).toMatch(
    /^Exam north\/P1\/2026-05-01 was not saved: its patient was erased/,
  );
});
