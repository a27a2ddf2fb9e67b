import { expect, it } from 'vitest';
import type { ExamImage } from '../exams/exam-image.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { receivedImage } from '../testing/records.ts';
import { doubtsOfArrival } from './arrival-doubts.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const RECEIVED = receivedImage('left');
const RECORD = receiveImage(undefined, RECEIVED, NOW, 900);
const WITHDRAWN = { at: NOW.toISOString(), by: 'Ada', reason: 'of another patient' };
const again = (change: Partial<ExamImage>) => {
  const images = RECORD.images.map(
    (image): ExamImage => ({
      ...image,
      state: 'withdrawn',
      withdrawal: WITHDRAWN,
      ...change,
    }),
  );
  return doubtsOfArrival(RECEIVED, { ...RECORD, images }, []);
};

it('a file that was withdrawn from its eye and is sent again is in doubt, with the reason of then', () => {
  expect(again({})).toEqual(['This file was withdrawn from here (of another patient) and sent again.']);
});

it.each<readonly [string, Partial<ExamImage>]>([
  ['another file', { sha256: '0'.repeat(64) }],
  ['one that was withdrawn from the other eye', { laterality: 'right' }],
  ['one that was replaced', { state: 'replaced' }],
])('%s is not', (_, change) => {
  expect(again(change)).toEqual([]);
});

it('a long reason is cut, as a record holds 200 signs of a doubt', () => {
  const [doubt] = again({ withdrawal: { ...WITHDRAWN, reason: 'x'.repeat(400) } });
  expect(doubt).toBe(`This file was withdrawn from here (${'x'.repeat(165)}`);
});
