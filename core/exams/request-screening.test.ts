import { describe, expect, it } from 'vitest';
import { CONTRACT, MODEL, receivedImage, TERMS } from '../testing/records.ts';
import type { ExamRecord } from './exam-record.ts';
import { receiveImage } from './receive-image.ts';
import { isComplete, NO_WAIT, pairingWindowOf, requestScreening } from './request-screening.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-01T10:20:00Z');

function exam(window: number, ...eyes: ('left' | 'right')[]): ExamRecord {
  let record: ExamRecord | undefined;
  for (const eye of eyes) record = receiveImage(record, receivedImage(eye), NOW, window);
  if (record === undefined) throw new Error('Expected an eye.');
  return record;
}

describe('how long an exam waits for its second eye', () => {
  it('is its program’s window when it was registered, in whole seconds', () => {
    expect(pairingWindowOf(exam(900, 'left'))).toBe(900);
    expect(pairingWindowOf(exam(0.2, 'left'))).toBe(1);
  });

  it('is not negative where the deadline lies before', () => {
    expect(pairingWindowOf({ ...exam(900, 'left'), pairingDeadline: '2026-04-01T00:00:00.000Z' })).toBe(0);
  });
});

describe('an exam is complete', () => {
  it.each([
    ['with both eyes', exam(900, 'left', 'right'), 0],
    ['after its window', exam(900, 'right'), 900],
    ['with the only eye announced', { ...exam(900, 'right'), expected: { left: 0, right: 1 } }, 0],
  ])('%s', (_, record, waited) => {
    expect(isComplete(record, { ...NO_WAIT, seconds: waited })).toBe(true);
  });

  it.each([
    ['before its window is over', exam(900, 'right'), 899],
    [
      'with one eye, of which nothing was announced',
      { ...exam(900, 'left'), expected: { left: null, right: null } },
      0,
    ],
    ['with one of two announced', { ...exam(900, 'left'), expected: { left: 2, right: 0 } }, 899],
    ['without an image', { ...exam(900, 'left'), images: [] }, 10_000],
    [
      'without an image, and none was announced',
      { ...exam(900, 'left'), images: [], expected: { left: 0, right: 0 } },
      0,
    ],
  ])('not %s', (_, record, waited) => {
    expect(isComplete(record, { ...NO_WAIT, seconds: waited })).toBe(false);
  });

  it('once it was asked for, with one eye as well', () => {
    const asked = requestScreening(exam(900, 'left'), TERMS, NOW, { ...NO_WAIT, seconds: 900 });
    expect(asked.request).not.toBeNull();
    expect(isComplete(asked, NO_WAIT)).toBe(true);
  });
});

describe('a screening is asked for', () => {
  it('with the instant, which is that of the change too', () => {
    const asked = requestScreening(exam(900, 'left', 'right'), TERMS, LATER);
    expect(asked).toMatchObject({
      status: 'screening',
      request: { requestedAt: LATER.toISOString(), model: MODEL, contract: CONTRACT },
      updatedAt: LATER.toISOString(),
    });
  });

  it('not again where heads that were promoted since have answered already', () => {
    const record = exam(900, 'left', 'right');
    const requestId = requestScreening(record, TERMS, NOW).request?.requestId;
    const other = { requestId: 'of other heads' };
    const answered = (status: 'screened' | 'screening', by = requestId) =>
      ({ ...record, status, request: other, result: { requestId: by } }) as unknown as ExamRecord;
    const screened = answered('screened');
    expect(requestScreening(screened, TERMS, LATER)).toBe(screened);
    expect(requestScreening(answered('screening'), TERMS, LATER).request?.requestId).toBe(requestId);
    expect(requestScreening(answered('screened', 'r'), TERMS, LATER).request?.requestId).toBe(requestId);
  });
});
