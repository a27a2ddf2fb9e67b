import { expect, it } from 'vitest';
import type { ExamRecord } from '../exams/exam-record.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { EXAM, MODEL, receivedImage, requestedPair } from '../testing/records.ts';
import { screeningRequestOf } from './screening-request.ts';

const NOW = new Date('2026-05-01T10:00:00Z');

function waiting(): ExamRecord {
  return receiveImage(undefined, receivedImage('left'), NOW, 900);
}

function screening(): ExamRecord {
  return requestScreening(receiveImage(waiting(), receivedImage('right'), NOW, 900), MODEL, NOW);
}

it('asks for what the record says, each eye by its own version', () => {
  const record = screening();
  expect(screeningRequestOf(record)).toEqual({
    ...{ schema: 'screening-request/2', exam: EXAM, contract: null, model: MODEL },
    ...{ requestId: record.request?.requestId, requestedAt: NOW.toISOString(), images: requestedPair(1) },
  });
});

it('asks for nothing while an exam waits, and once it is answered', () => {
  expect(screeningRequestOf(waiting())).toBeNull();
  expect(screeningRequestOf({ ...screening(), status: 'screened' })).toBeNull();
  expect(screeningRequestOf({ ...screening(), request: null })).toBeNull();
});
