import { describe, expect, it } from 'vitest';
import { CONTRACT, imageVersion, preparedFacts, receivedImage, TERMS } from '../testing/records.ts';
import type { ExamRecord } from './exam-record.ts';
import type { Laterality } from './laterality.ts';
import { missImages } from './missed-images.ts';
import { receiveImage, withPrepared } from './receive-image.ts';
import { requestScreening } from './request-screening.ts';
import { unpreparedImages } from './unprepared-images.ts';

const NOW = new Date('2026-05-01T08:00:00Z');
const LATER = new Date('2026-05-01T08:05:00Z');

function asked(): ExamRecord {
  const left = receiveImage(undefined, receivedImage('left'), NOW, 900);
  return requestScreening(receiveImage(left, receivedImage('right'), NOW, 900), TERMS, NOW);
}

const version = (eye: Laterality) => {
  const { key, versionId } = imageVersion(eye, 1);
  return { key, versionId };
};
const lacking = (record: ExamRecord) => unpreparedImages(record).map(({ laterality }) => laterality);

/** Preparation makes the pixels of an eye again. */
function prepared(record: ExamRecord, eye: Laterality): ExamRecord {
  const image = record.images.find(({ laterality }) => laterality === eye);
  if (image === undefined) throw new Error(`Expected an image of the ${eye} eye.`);
  return withPrepared(record, image, preparedFacts(eye), LATER);
}

describe('images whose pixels are missing', () => {
  it('are to be prepared again, and no others', () => {
    const { record, isGivenUp } = missImages(asked(), [version('right')], LATER);
    expect(lacking(record)).toEqual(['right']);
    expect(record.images.map(({ laterality, missed }) => [laterality, missed])).toEqual([
      ['left', undefined],
      ['right', 1],
    ]);
    expect([isGivenUp, record.updatedAt]).toEqual([false, '2026-05-01T08:05:00.000Z']);
  });

  it('are told of once they were made three times in vain, and are counted from the beginning then', () => {
    let record = asked();
    for (let round = 1; round <= 3; round += 1) {
      const missed = missImages(record, [version('left')], LATER);
      expect(missed.isGivenUp).toBe(false);
      record = prepared(missed.record, 'left');
    }
    const fourth = missImages(record, [version('left')], LATER);
    expect(fourth.isGivenUp).toBe(true);
    expect(lacking(fourth.record)).toEqual(['left']);
    // Sent again, the buried message has them made three times more.
    let again = fourth.record;
    for (let round = 1; round <= 3; round += 1) {
      const missed = missImages(prepared(again, 'left'), [version('left')], LATER);
      expect(missed.isGivenUp).toBe(false);
      again = missed.record;
    }
  });

  it('are counted once for each time that they were made, however often somebody misses them', () => {
    let { record } = missImages(asked(), [version('left')], LATER);
    for (let times = 0; times < 5; times += 1) {
      const missed = missImages(record, [version('left')], LATER);
      expect(missed.isGivenUp).toBe(false);
      record = missed.record;
    }
    expect(record.images.map(({ missed }) => missed)).toEqual([1, undefined]);
    expect(lacking(record)).toEqual(['left']);
  });

  it('are counted where they come under another contract than is asked for, so that this ends', () => {
    const image = (record: ExamRecord) => record.images[0] ?? expect.fail('Expected an image.');
    let record = asked();
    const givenUp: boolean[] = [];
    for (let round = 0; round < 4; round += 1) {
      record = withPrepared(record, image(record), preparedFacts('left', 'decade'), LATER);
      const missed = missImages(record, [version('left')], LATER);
      givenUp.push(missed.isGivenUp);
      record = missed.record;
    }
    expect(CONTRACT).not.toBe('decade');
    expect(givenUp).toEqual([false, false, false, true]);
  });

  it('are nothing to an exam that is not asked for, or is answered, or is asked for with others', () => {
    const registered = receiveImage(undefined, receivedImage('left'), NOW, 900);
    const screened: ExamRecord = { ...asked(), status: 'screened' };
    const { request } = asked();
    if (request === null) throw new Error('Expected a request.');
    const replaced: ExamRecord = {
      ...asked(),
      request: { ...request, images: request.images.filter(({ laterality }) => laterality === 'right') },
    };
    for (const record of [registered, screened, replaced])
      expect(missImages(record, [version('left')], LATER)).toEqual({ record, isGivenUp: false });
    const other = { ...version('left'), versionId: 'v2' };
    expect(missImages(asked(), [other], LATER).record.images).toEqual(asked().images);
  });

  it('are counted from the beginning for another request', () => {
    const { record } = missImages(asked(), [version('left')], LATER);
    const newer = receiveImage(prepared(record, 'left'), receivedImage('right', 2), LATER, 900);
    const images = requestScreening(newer, TERMS, LATER).images.filter(({ state }) => state === 'current');
    expect(images.map(({ missed }) => missed)).toEqual([undefined, undefined]);
  });
});
