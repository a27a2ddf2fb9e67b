import { describe, expect, it } from 'vitest';
import type { ExamImage } from '../exams/exam-image.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { EXAM, receivedImage } from '../testing/records.ts';
import { doubtOfOther, doubtsOfArrival } from './arrival-doubts.ts';

const LEFT = receivedImage('left');
const RIGHT = receivedImage('right');

function examOf(change: Partial<ExamImage> = {}): ExamRecord {
  const exam = receiveImage(undefined, LEFT, new Date('2026-05-01T10:00:00Z'), 900);
  return { ...exam, images: exam.images.map((image) => ({ ...image, ...change })) };
}

describe('an image that arrives', () => {
  it('is in no doubt beside another eye of another content', () => {
    expect(doubtsOfArrival(RIGHT, examOf(), [])).toEqual([]);
    expect(doubtsOfArrival(RIGHT, undefined, [])).toEqual([]);
  });

  it('is in doubt beside an eye of its own content, unless that one no longer counts', () => {
    const { sha256 } = RIGHT.image;
    expect(doubtsOfArrival(RIGHT, examOf({ sha256 }), []).join()).toMatch(/both eyes of patient P1/);
    expect(doubtsOfArrival(RIGHT, examOf({ sha256, state: 'replaced' }), [])).toEqual([]);
  });

  it('is in doubt if another patient has its content, or another exam of its own', () => {
    const held = (patient: string, exam: string) => [
      { exam: { ...EXAM, patient, exam }, laterality: 'left' as const },
    ];
    expect(doubtsOfArrival(RIGHT, undefined, held('P9', EXAM.exam)).join()).toMatch(/P1.*P9|P9.*P1/);
    expect(doubtsOfArrival(RIGHT, undefined, held('P1', '2025-05-01'))).toHaveLength(1);
    // The exam's own entry of the other eye is told by its record.
    expect(doubtsOfArrival(RIGHT, undefined, held('P1', EXAM.exam))).toEqual([]);
  });

  it('is in doubt if it was taken on another day than the exam or its fellow', () => {
    const taken = (day: string) => ({ ...RIGHT, takenOn: day });
    expect(doubtsOfArrival(taken('2026-05-01T09:00:00Z'), undefined, [])).toEqual([]);
    expect(doubtsOfArrival(taken('2026-05-02'), undefined, []).join()).toMatch(/2026-05-01 and 2026-05-02/);
    const visit = { ...RIGHT, exam: { ...EXAM, exam: 'visit' }, takenOn: '2026-05-02' };
    expect(doubtsOfArrival(visit, examOf({ takenOn: '2026-05-01' }), [])).toHaveLength(1);
  });

  it('is in doubt if it was withdrawn from this very eye before', () => {
    const withdrawal = { at: '2026-05-01T12:00:00.000Z', by: 'anna', reason: 'a test photograph' };
    const record = examOf({ state: 'withdrawn', withdrawal });
    expect(doubtsOfArrival(LEFT, record, []).join()).toMatch(/withdrawn from here \(a test photograph\)/);
    expect(doubtsOfArrival(RIGHT, record, [])).toEqual([]);
  });
});

it('a doubt between two images that came before is not told of the one that comes', () => {
  const before = examOf({ sha256: 'a'.repeat(64) });
  const images = [...before.images, ...before.images].map((image, index) => ({
    ...image,
    laterality: index === 0 ? ('left' as const) : null,
  }));
  expect(doubtsOfArrival(RIGHT, { ...before, images }, [])).toEqual([]);
  const others = ['P8', 'P9'].map((patient) => ({ exam: { ...EXAM, patient }, laterality: 'left' as const }));
  const told = doubtsOfArrival(RIGHT, undefined, others);
  expect(told.length).toBeGreaterThan(0);
  expect(told.every((text) => text.includes('P1'))).toBe(true);
});

it('a doubt is told in 200 signs at most', () => {
  const withdrawal = { at: '2026-05-01T12:00:00.000Z', by: 'anna', reason: 'r'.repeat(300) };
  const [told] = doubtsOfArrival(LEFT, examOf({ state: 'withdrawn', withdrawal }), []);
  expect(told).toBe(`This file was withdrawn from here (${'r'.repeat(300)}`.slice(0, 200));
});

it('the exam that came first is told of the patient, or the exam, that came later', () => {
  const other = (patient: string) => ({
    exam: { ...EXAM, patient, exam: 'before' },
    laterality: 'right' as const,
  });
  expect(doubtOfOther(LEFT, other('P9'))).toBe('The same file was sent for patient P1, left eye.');
  expect(doubtOfOther(LEFT, other('P1'))).toBe('The same file was sent for exam 2026-05-01, left eye.');
});
