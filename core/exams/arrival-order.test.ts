import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXAM, preparedFacts } from '../testing/records.ts';
import {
  type Arrived,
  arrivalOrder,
  arrivedAfter,
  isNewestUncertain,
  newestFirst,
  newestOf,
} from './arrival-order.ts';
import type { ExamRecord } from './exam-record.ts';
import type { ImageVersion } from './image-version.ts';
import type { Laterality } from './laterality.ts';
import { receiveImage } from './receive-image.ts';
import { flagsOf } from './record-flags.ts';

const NOON = Date.parse('2026-05-01T12:00:00Z');
const NOW = new Date(NOON);

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A version as S3 announces it. */
function ofS3(key: string, versionId: string, at: number, sequencer: string): ImageVersion {
  const order = arrivalOrder({ key, sequence: null, lastModified: new Date(at) }, sequencer);
  return { key, versionId, sha256: sha256(key + versionId), bytes: 1, order };
}

/** A version in a data folder; `at` is what its clock said. */
function ofFolder(key: string, sequence: number, at: number): ImageVersion {
  const order = arrivalOrder({ key, sequence, lastModified: new Date(at) }, 'FF');
  return { key, versionId: `v${sequence}`, sha256: sha256(`${sequence}`), bytes: 1, order };
}

/** As records of former releases have it. */
function former(key: string, versionId: string, at: number, sequencer: string): ImageVersion {
  const order = `${new Date(at).toISOString()}#${sequencer.padStart(32, '0')}#${key}`;
  return { key, versionId, sha256: sha256(versionId), bytes: 1, order };
}

function recordOf(images: readonly ImageVersion[], laterality: Laterality = 'left'): ExamRecord {
  const expected = { left: 1, right: 1 };
  let record: ExamRecord | undefined;
  for (const image of images) {
    record = receiveImage(
      record,
      { exam: EXAM, laterality, expected, image, prepared: preparedFacts(laterality) },
      NOW,
      900,
    );
  }
  if (record === undefined) throw new Error('Expected an image.');
  return record;
}

function currentOf(record: ExamRecord): string[] {
  return record.images.filter(({ state }) => state === 'current').map(({ versionId }) => versionId ?? '');
}

describe('the newest image of an eye in a data folder', () => {
  const steps = fc.array(fc.constantFrom(0, -2, 2, -3_600, 3_600, -15 * 86_400, 15 * 86_400), {
    minLength: 2,
    maxLength: 8,
  });

  it('is the one that was stored last, whatever the clock did between and in whatever order events come', () => {
    fc.assert(
      fc.property(
        steps.chain((taken) =>
          fc.record({
            taken: fc.constant(taken),
            keys: fc.array(fc.constantFrom('a.jpg', 'a.png', 'a.tif'), {
              minLength: taken.length,
              maxLength: taken.length,
            }),
            events: fc.shuffledSubarray(
              taken.flatMap((_, index) => [index, index]),
              { minLength: taken.length * 2 },
            ),
          }),
        ),
        ({ taken, keys, events }) => {
          let at = NOON;
          const images = taken.map((seconds, index) => {
            at += seconds * 1_000;
            return ofFolder(keys[index] ?? '', index + 1, at);
          });
          const record = recordOf(events.flatMap((index) => images[index] ?? []));
          expect(currentOf(record)).toEqual([`v${taken.length}`]);
          expect(flagsOf(record)).not.toContain('newest-image-uncertain');
          expect(newestFirst(record.images).map(({ versionId }) => versionId)).toEqual(
            taken.map((_, index) => `v${taken.length - index}`),
          );
        },
      ),
    );
  });

  it('is newer than any that a former release has noted, and those keep their order', () => {
    const before = [former('a.jpg', 'v1', NOON + 86_400_000, '1'), former('a.jpg', 'v2', NOON, '2')];
    expect(newestOf(before)?.versionId).toBe('v2');
    expect(newestOf([...before, ofFolder('a.png', 3, NOON - 2_000)])?.versionId).toBe('v3');
    expect(newestOf([ofFolder('a.png', 17, NOON), former('a.jpg', 'v18', NOON - 1, '12')])?.versionId).toBe(
      'v18',
    );
  });
});

describe('the newest image of an eye in S3', () => {
  it('is, of one key, the one with the higher sequencer, filled up on the right, whatever LastModified says', () => {
    const images = [ofS3('a.jpg', 'first', NOON + 5_000, '00A'), ofS3('a.jpg', 'second', NOON, '00A1')];
    expect(newestOf(images)?.versionId).toBe('second');
    expect(newestOf(images.toReversed())?.versionId).toBe('second');
    expect(newestOf([ofS3('a.jpg', 'high', NOON, 'A'), ofS3('a.jpg', 'low', NOON, '0BB')])?.versionId).toBe(
      'high',
    );
    expect(isNewestUncertain(images)).toBe(false);
  });

  it('is, of two keys, the one that was modified last; within a second that is not certain', () => {
    const png = ofS3('left.png', 'p', NOON, '00FF');
    const [same, next, later] = [0, 1_000, 2_000].map((after) => ofS3('left.jpg', 'j', NOON + after, '0001'));
    if (same === undefined || next === undefined || later === undefined) throw new Error('Three are made.');
    expect([newestOf([png, later])?.versionId, isNewestUncertain([png, later])]).toEqual(['j', false]);
    expect([newestOf([next, png])?.versionId, isNewestUncertain([next, png])]).toEqual(['j', true]);
    expect([newestOf([same, png])?.versionId, isNewestUncertain([same, png])]).toEqual(['p', true]);
    // The same photograph under two names: either will do.
    expect(isNewestUncertain([png, { ...same, sha256: png.sha256 }])).toBe(false);
  });

  it('hangs on which images there are and on nothing else, even where clocks contradict the sequencers', () => {
    const version = fc.record({
      key: fc.constantFrom('left.jpg', 'left.png', 'left.tif'),
      at: fc.integer({ min: 0, max: 5 }).map((second) => NOON + second * 1_000),
      sequencer: fc.constantFrom('', '0A', '0A1', '0B', '1', 'F0'),
    });
    const events = fc
      .uniqueArray(version, {
        minLength: 1,
        maxLength: 7,
        selector: ({ key, at, sequencer }) => `${key} ${at} ${sequencer}`,
      })
      .map((versions) =>
        versions.map(({ key, at, sequencer }, index) => ofS3(key, `v${index}`, at, sequencer)),
      );
    fc.assert(
      fc.property(
        events.chain((images) =>
          fc.tuple(
            fc.constant(images),
            fc.shuffledSubarray([...images, ...images], { minLength: images.length * 2 }),
          ),
        ),
        ([images, delivered]) => {
          const record = recordOf(delivered);
          expect(currentOf(record)).toEqual([newestOf(images)?.versionId]);
          expect(flagsOf(record).includes('newest-image-uncertain')).toBe(isNewestUncertain(images));
        },
      ),
    );
  });

  it('is flagged on an answer that the exam has already, where a rival comes late', () => {
    const [jpg, png] = [ofS3('left.jpg', 'j', NOON, '1'), ofS3('left.png', 'p', NOON, '1')];
    const screened = {
      ...recordOf([png]),
      result: { flags: ['research-use-only'] },
    } as unknown as ExamRecord;
    const prepared = preparedFacts('left');
    const received = { exam: EXAM, laterality: 'left' as const, expected: { left: 1, right: 1 }, prepared };
    const after = receiveImage(screened, { ...received, image: jpg }, NOW, 900);
    expect(currentOf(after)).toEqual(['p']);
    expect(after.result?.flags).toEqual(['research-use-only', 'newest-image-uncertain']);
    const right = receiveImage(screened, { ...received, laterality: 'right', image: jpg }, NOW, 900);
    expect(right.result?.flags).toEqual(['research-use-only']);
  });

  it('keeps the order of records of former releases', () => {
    const before: Arrived[] = [former('a.jpg', 'old', NOON, '00A'), former('a.jpg', 'new', NOON, '00B')];
    expect(newestOf(before)?.versionId).toBe('new');
    expect(newestOf([...before, ofS3('a.jpg', 'newest', NOON, '00C')])?.versionId).toBe('newest');
    expect(newestOf([...before, ofS3('a.jpg', 'oldest', NOON, '009')])?.versionId).toBe('new');
  });
});

describe('an image and something else in the store', () => {
  const stored = (sequence: number | null, at: number) => ({
    key: 'r.json',
    sequence,
    lastModified: new Date(at),
  });

  it('are told apart in S3 by when they were written, to the second', () => {
    const { order } = ofS3('a.jpg', 'v1', NOON, 'FF');
    expect(arrivedAfter(order, stored(null, NOON - 1_000))).toBe(true);
    expect(arrivedAfter(order, stored(null, NOON))).toBe(false);
    expect(arrivedAfter(order, stored(null, NOON + 1_000))).toBe(false);
    expect(arrivedAfter(former('a.jpg', 'v1', NOON, 'FF').order, stored(null, NOON - 1_000))).toBe(true);
  });

  it('are told apart in a data folder by their places among all writes, whatever the clock did', () => {
    const { order } = ofFolder('a.jpg', 7, NOON);
    expect(arrivedAfter(order, stored(6, NOON + 86_400_000))).toBe(true);
    expect(arrivedAfter(order, stored(8, NOON - 86_400_000))).toBe(false);
    expect(arrivedAfter(former('a.jpg', 'v9', NOON, '9').order, stored(8, NOON + 86_400_000))).toBe(true);
    expect(arrivedAfter('unknown', stored(8, NOON))).toBe(false);
  });
});
