import { expect, it } from 'vitest';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { CONTRACT, EXAM, MODEL, receivedImage, requestedPair, TERMS } from '../testing/records.ts';
import { screeningRequestOf } from './screening-request.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

function waiting(): ExamRecord {
  return receiveImage(undefined, receivedImage('left'), NOW, 900);
}

function screening(): ExamRecord {
  return requestScreening(receiveImage(waiting(), receivedImage('right'), NOW, 900), TERMS, NOW);
}

it('asks for what the record says, each eye by its own version', () => {
  const record = screening();
  expect(screeningRequestOf(record)).toEqual({
    ...{ schema: 'screening-request/2', exam: EXAM, contract: CONTRACT, model: MODEL },
    ...{ requestId: record.request?.requestId, requestedAt: NOW.toISOString(), images: requestedPair(1) },
  });
});

it('asks for nothing before every image is prepared, and then by the pixels that were made last', () => {
  const record = screening();
  const [left] = record.images;
  const again = left?.prepared && { ...left.prepared, pixelsSha256: 'e'.repeat(64) };
  const images = (prepared: typeof again) =>
    record.images.map(({ prepared: known, ...image }) => {
      const facts = image.laterality === 'left' ? prepared : known;
      return facts === undefined ? image : { ...image, prepared: facts };
    });
  expect(screeningRequestOf({ ...record, images: images(undefined) })).toBeNull();
  const other = again && { ...again, contract: 'another' };
  expect(screeningRequestOf({ ...record, images: images(other) })).toBeNull();
  const asked = screeningRequestOf({ ...record, images: images(again) });
  expect(asked?.images.map(({ laterality, pixelsSha256 }) => [laterality, pixelsSha256])).toEqual([
    ['left', 'e'.repeat(64)],
    ['right', requestedPair(1)[1]?.pixelsSha256],
  ]);
});

it('asks for nothing while an exam waits, and once it is answered', () => {
  expect(screeningRequestOf(waiting())).toBeNull();
  expect(screeningRequestOf({ ...screening(), status: 'screened' })).toBeNull();
  expect(screeningRequestOf({ ...screening(), request: null })).toBeNull();
});
