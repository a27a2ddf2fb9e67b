import { describe, expect, it } from 'vitest';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { EXAM, receivedImage } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import {
  holdsPeoplesWork,
  keepPeoplesWork,
  keepRecord,
  keptRecordKey,
  keptRecordsOfPatient,
} from './kept-record.ts';
import { patientErased } from './update-exam.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const RECORD = receiveImage(undefined, receivedImage('left'), NOW, 900);
const READ: ExamRecord = { ...RECORD, reviews: [{ id: 'v1', outcome: 'refer' } as never] };
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

it('holds what people have said: verdicts, and images that do not belong to the exam', () => {
  expect([RECORD, READ, WITHDRAWN, { ...RECORD, reviews: [] }].map(holdsPeoplesWork)).toEqual([
    ...[false, true, true, false],
  ]);
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
      return undefined;
    };
    await keepPeoplesWork({ exams: { get }, objects }, RECORD, READ);
    expect((await objects.listVersions(KEY, { limit: 9 })).items).toEqual([]);
    expect(asked).toEqual([READ]);
  });

  it('in a store without versions it stays for the erasure to find', async () => {
    const removed: string[] = [];
    const objects = {
      put: async (key: string) => ({ key, versionId: null }) as never,
      deleteVersion: async (key: string) => void removed.push(key),
    };
    await keepPeoplesWork({ exams: { get: async () => undefined }, objects }, RECORD, READ);
    expect(removed).toEqual([]);
  });
});

it('a record whose patient was erased is not saved, and its exam is named', () => {
  expect(patientErased(RECORD).message).toMatch(
    /^Exam north\/P1\/2026-05-01 was not saved: its patient was erased/,
  );
});
