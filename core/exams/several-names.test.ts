import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.ts';
import { imageVersion, receivedImage, TERMS } from '../testing/records.ts';
import type { ExamImage } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { imageName } from './image-name.ts';
import type { Laterality } from './laterality.ts';
import { type ReceivedImage, receiveImage } from './receive-image.ts';
import { NO_WAIT, requestScreening } from './request-screening.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const FOLDER = 'images/north/P1/2026-05-01';

/** The `order`th arrival, under a file name; its content is its own unless another is named. */
function named(laterality: Laterality, fileName: string, order: number, sha256?: string): ReceivedImage {
  const { image, ...rest } = receivedImage(laterality, order);
  const key = `${FOLDER}/${fileName}`;
  return { ...rest, image: { ...image, key, ...(sha256 === undefined ? {} : { sha256 }) } };
}

function received(images: readonly ReceivedImage[]): ExamRecord {
  let record: ExamRecord | undefined;
  for (const image of images) record = receiveImage(record, image, NOW, 900);
  if (record === undefined) throw new Error('Expected an image.');
  return record;
}

const statesOf = ({ images }: ExamRecord) =>
  images
    .map(({ key, versionId, state }: ExamImage) => `${key.slice(FOLDER.length + 1)} ${versionId} ${state}`)
    .toSorted();

it.each([
  ['images/north/P1/1/left-disc.jpg', 'left-disc'],
  ['images/north/P1/1/left', 'left'],
  ['images/north/P1.2/1/.jpg', '.jpg'],
  ['images/north/P1/1/OD 1.2.tif', 'OD 1.2'],
])('%s is called %s', (key, name) => {
  expect(imageName(key)).toBe(name);
});

describe('images of an eye', () => {
  it('of one name replace each other, of another name count beside it', () => {
    const record = received([
      named('left', 'left-macula.jpg', 1),
      named('left', 'left-disc.jpg', 2),
      named('left', 'left-macula.png', 3),
      named('right', 'right-macula.jpg', 4),
    ]);
    expect(statesOf(record)).toEqual([
      'left-disc.jpg v2 current',
      'left-macula.jpg v1 replaced',
      'left-macula.png v3 current',
      'right-macula.jpg v4 current',
    ]);
  });

  it('of a name that the other eye has too do not replace each other', () => {
    const record = received([named('left', 'photo.jpg', 1), named('right', 'photo.jpg', 2)]);
    expect(statesOf(record)).toEqual(['photo.jpg v1 current', 'photo.jpg v2 current']);
  });

  it('that a former release has replaced stay replaced when others come', () => {
    const before = received([named('left', 'left.jpg', 5)]);
    const { image, laterality } = named('left', 'OS.png', 1);
    const former: ExamImage = { ...image, laterality, field: null, state: 'replaced' };
    const record = receiveImage(
      { ...before, images: [...before.images, former] },
      named('left', 'left-disc.jpg', 6),
      NOW,
      900,
    );
    expect(statesOf(record)).toEqual([
      'OS.png v1 replaced',
      'left-disc.jpg v6 current',
      'left.jpg v5 current',
    ]);
  });

  it('lead to the same list and the same request in whatever order and however often they are told', () => {
    const twin = imageVersion('left', 1).sha256;
    const arrivals = [
      named('left', 'left-macula.jpg', 1),
      named('left', 'left-disc.jpg', 2),
      named('right', 'right.jpg', 3),
      named('left', 'left-macula.png', 4),
      named('right', 'right-2.jpg', 5),
      named('left', 'left-3.jpg', 6, twin),
      named('left', 'left-4.jpg', 7, twin),
    ];
    const wanted = [
      ...['left-3.jpg v6 current', 'left-4.jpg v7 current', 'left-disc.jpg v2 current'],
      ...['left-macula.jpg v1 replaced', 'left-macula.png v4 current'],
      ...['right-2.jpg v5 current', 'right.jpg v3 current'],
    ];
    const requested = (record: ExamRecord) =>
      record.request?.images.map(({ key }) => key.slice(FOLDER.length + 1));
    const orders = fc
      .array(fc.constantFrom(...arrivals), { maxLength: 6 })
      .chain((extra) => fc.shuffledSubarray([...arrivals, ...extra], { minLength: 7 + extra.length }));
    const ids = new Set<string | undefined>();
    fc.assert(
      fc.property(orders, (order) => {
        const record = requestScreening(received(order), TERMS, NOW, { ...NO_WAIT, seconds: 900 });
        expect(statesOf(record)).toEqual(wanted);
        // Of the two with the same bytes the first alone is screened.
        expect(requested(record)).toEqual([
          ...['left-3.jpg', 'left-macula.png', 'left-disc.jpg', 'right-2.jpg', 'right.jpg'],
        ]);
        ids.add(record.request?.requestId);
      }),
    );
    expect(ids.size).toBe(1);
  });
});

describe('an exam', () => {
  const many = (laterality: Laterality, count: number, from = 1) =>
    Array.from({ length: count }, (_, index) =>
      named(laterality, `${laterality}-${from + index}.jpg`, from + index),
    );

  it('takes twelve images of each eye, and refuses another by its name', () => {
    const record = received([...many('left', 12), ...many('right', 12, 20)]);
    expect(record.images).toHaveLength(24);
    const add = (image: ReceivedImage) => () => receiveImage(record, image, NOW, 900);
    expect(add(named('right', 'right-99.jpg', 99))).toThrow(
      /"images\/north\/P1\/2026-05-01\/right-99\.jpg" was not taken into exam north\/P1\/2026-05-01: its right eye has 12 images.*Withdraw/,
    );
    // One of a name that is there already replaces it: for the older one no room is left.
    const after = receiveImage(record, named('left', 'left-5.png', 50), NOW, 900);
    expect(after.images).toHaveLength(24);
    expect(statesOf(after)).toContain('left-5.png v50 current');
    expect(statesOf(after)).not.toContain('left-5.jpg v5 replaced');
  });

  it('forgets replaced images for new ones, and never one that counts or was withdrawn', () => {
    let record = received([...many('left', 8), ...many('right', 3, 20)]);
    record = {
      ...record,
      images: record.images.map((image) =>
        image.laterality === 'right' ? { ...image, state: 'withdrawn' as const } : image,
      ),
    };
    for (let version = 40; version < 60; version += 1)
      record = receiveImage(record, named('left', 'left-1.png', version), NOW, 900);
    const count = (state: string) => record.images.filter((image) => image.state === state).length;
    expect([count('current'), count('withdrawn'), count('replaced')]).toEqual([8, 3, 13]);
    for (const image of many('right', 12, 70)) record = receiveImage(record, image, NOW, 900);
    expect([count('current'), count('withdrawn'), count('replaced')]).toEqual([20, 3, 1]);
    record = receiveImage(record, named('left', 'left-disc.jpg', 90), NOW, 900);
    expect([count('current'), count('withdrawn'), count('replaced')]).toEqual([21, 3, 0]);
    expect(() => receiveImage(record, named('left', 'left-macula.jpg', 91), NOW, 900)).toThrow(
      /"images\/north\/P1\/2026-05-01\/left-macula\.jpg" .* lists 24 images that count or were withdrawn/,
    );
  });
});

describe('ten thousand images of one exam', () => {
  const MANY = 10_000;

  it('by as many names are taken as far as twelve an eye, and every other is refused by name', () => {
    let record: ExamRecord | undefined;
    const refused: string[] = [];
    for (let order = 1; order <= MANY; order += 1) {
      const laterality = order % 2 === 0 ? 'left' : 'right';
      const fileName = `${laterality}-${order}.jpg`;
      try {
        record = receiveImage(record, named(laterality, fileName, order), NOW, 900);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
        refused.push(String((error as Error).message).match(/left-\d+|right-\d+/)?.[0] ?? '');
      }
    }
    expect(record?.images.map(({ state }) => state)).toEqual(Array.from({ length: 24 }, () => 'current'));
    expect(new Set(refused).size).toBe(MANY - 24);
    expect(refused).toContain(`left-${MANY}`);
  });

  it('by one name leave the newest, and a record that has not grown', () => {
    let record: ExamRecord | undefined;
    for (let order = 1; order <= MANY; order += 1)
      record = receiveImage(record, named('left', 'left.jpg', order), NOW, 900);
    expect(record?.images).toHaveLength(24);
    const current = record?.images.filter(({ state }) => state === 'current');
    expect(current?.map(({ versionId }) => versionId)).toEqual([`v${MANY}`]);
    // The store takes items of at most 400 kB.
    expect(JSON.stringify(record).length).toBeLessThan(40_000);
  });
});

describe('two cameras that photograph one eye at once', () => {
  const arrivals = [
    named('left', 'left.jpg', 1),
    named('left', 'left.jpg', 2),
    named('left', 'left-disc.png', 3),
    named('left', 'left-disc.jpg', 4),
    named('right', 'right.jpg', 5),
  ];

  it('leave each photograph listed, the newest of each name counting, in whatever order they are announced', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(arrivals, { minLength: arrivals.length }), (order) => {
        // Announced once more at the end, as queues do.
        expect(statesOf(received([...order, ...order.slice(0, 2)]))).toEqual([
          'left-disc.jpg v4 current',
          'left-disc.png v3 replaced',
          'left.jpg v1 replaced',
          'left.jpg v2 current',
          'right.jpg v5 current',
        ]);
      }),
      { numRuns: 60 },
    );
  });
});
