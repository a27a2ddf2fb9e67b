import { describe, expect, it } from 'vitest';
import type { ExamImage } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { receivedImage } from '../testing/records.ts';
import { holdsPeoplesWork, withPeoplesWork } from './peoples-work.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LEFT = receiveImage(undefined, receivedImage('left'), NOW, 900);
const RECORD: ExamRecord = { ...receiveImage(LEFT, receivedImage('right'), NOW, 900), revision: 4 };
const verdict = (id: string) => ({ id, outcome: 'refer' }) as never;
const withdrawal = { at: NOW.toISOString(), by: 'Ada', reason: 'another patient' };

function withdrawn(record: ExamRecord, ...eyes: readonly string[]): ExamRecord {
  const images = record.images.map((image): ExamImage => {
    return eyes.includes(image.laterality ?? '') ? { ...image, state: 'withdrawn', withdrawal } : image;
  });
  return { ...record, images };
}

it('is verdicts, and images that do not belong to the exam', () => {
  const records = [
    RECORD,
    { ...RECORD, reviews: [verdict('a')] },
    withdrawn(RECORD, 'left'),
    { ...RECORD, reviews: [] },
  ];
  expect(records.map(holdsPeoplesWork)).toEqual([false, true, true, false]);
});

describe('a record with what another record tells', () => {
  it('is the same where the other one tells nothing more', () => {
    const read = { ...RECORD, reviews: [verdict('a'), verdict('b')] };
    expect(withPeoplesWork(read, RECORD)).toBe(read);
    expect(withPeoplesWork(read, { ...RECORD, revision: 2, reviews: [verdict('a')] })).toBe(read);
    const left = withdrawn(RECORD, 'left');
    expect(withPeoplesWork(left, left)).toBe(left);
    expect(withPeoplesWork(left, RECORD)).toBe(left);
  });

  it('has the verdicts of both, those that were given after the restore last', () => {
    const restored = { ...RECORD, reviews: [verdict('a'), verdict('c')] };
    const kept = { ...RECORD, revision: 9, reviews: [verdict('a'), verdict('b')] };
    expect(withPeoplesWork(restored, kept)).toEqual({
      ...restored,
      reviews: [verdict('a'), verdict('b'), verdict('c')],
    });
    expect(withPeoplesWork(RECORD, kept).reviews).toEqual(kept.reviews);
  });

  it('has an image withdrawn that counts in the restored table, and lists one that it does not know', () => {
    const kept = withdrawn(RECORD, 'left');
    expect(withPeoplesWork(RECORD, kept)).toEqual({ ...RECORD, images: kept.images });
    const right = { ...RECORD, images: RECORD.images.filter(({ laterality }) => laterality === 'right') };
    const merged = withPeoplesWork(right, kept);
    expect(merged.images).toHaveLength(2);
    expect(merged.images.find(({ laterality }) => laterality === 'left')).toMatchObject({
      ...{ state: 'withdrawn', withdrawal },
    });
  });

  it('keeps a withdrawal that says where the image went as it is', () => {
    const moved = withdrawn(RECORD, 'left');
    const other = { ...withdrawal, reason: 'said otherwise' };
    const images = moved.images.map(
      (image): ExamImage => (image.withdrawal ? { ...image, withdrawal: other } : image),
    );
    expect(withPeoplesWork(moved, { ...moved, images })).toBe(moved);
  });

  it('has the answer of the other one where no image counts any more', () => {
    const kept: ExamRecord = {
      ...withdrawn(RECORD, 'left', 'right'),
      status: 'screened',
      result: { outcome: 'ungradable' } as never,
    };
    const merged = withPeoplesWork({ ...RECORD, result: { outcome: 'recall' } as never }, kept);
    expect(merged).toMatchObject({ status: 'screened', result: { outcome: 'ungradable' }, revision: 4 });
    const one = withPeoplesWork(
      { ...RECORD, result: { outcome: 'recall' } as never },
      { ...withdrawn(RECORD, 'left'), result: { outcome: 'refer' } as never },
    );
    expect(one.result?.outcome).toBe('recall');
  });

  it('lists no more images than an exam may, and forgets the oldest of those replaced', () => {
    const many = Array.from({ length: 24 }, (_, index): ExamImage => {
      const [left] = LEFT.images;
      if (left === undefined) throw new Error('Expected an image.');
      return { ...left, versionId: `v${index}`, state: index === 23 ? 'current' : 'replaced' };
    });
    const merged = withPeoplesWork({ ...RECORD, images: many }, withdrawn(RECORD, 'right'));
    expect(merged.images).toHaveLength(24);
    expect(merged.images.map(({ versionId }) => versionId)).not.toContain('v0');
    expect(merged.images.at(-1)).toMatchObject({ laterality: 'right', state: 'withdrawn' });
  });

  it('is the same where the other one is of an exam that was erased', () => {
    const kept = { ...RECORD, reviews: [verdict('a')] };
    const later = { ...RECORD, erasure: 'e1' };
    expect(withPeoplesWork(later, kept)).toBe(later);
    expect(withPeoplesWork(later, { ...kept, erasure: 'e2' })).toBe(later);
    expect(withPeoplesWork(later, { ...kept, erasure: 'e1' }).reviews).toHaveLength(1);
  });
});
