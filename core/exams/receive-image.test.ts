import { describe, expect, it } from 'vitest';
import { imageVersion, preparedFacts, receivedImage } from '../testing/records.ts';
import { MOST_IMAGES } from './exam-image.ts';
import type { ExamRecord } from './exam-record.ts';
import { type ReceivedImage, receiveImage } from './receive-image.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const LATER = new Date('2026-05-01T10:05:00Z');

function received(...images: readonly ReceivedImage[]): ExamRecord {
  let exam: ExamRecord | undefined;
  for (const image of images) exam = receiveImage(exam, image, exam ? LATER : NOW, 900);
  if (exam === undefined) throw new Error('Expected at least one image.');
  return exam;
}

const states = ({ images }: ExamRecord) => images.map(({ versionId, state }) => [versionId, state]);

it('begins an exam that waits for its pairing window', () => {
  expect(received(receivedImage('right'))).toEqual({
    ...{ schema: 'exam/2', program: 'north', patient: 'P1', exam: '2026-05-01', revision: 0 },
    ...{ status: 'registered', expected: { left: 1, right: 1 }, request: null, result: null },
    images: [
      {
        ...imageVersion('right', 1),
        laterality: 'right',
        field: null,
        state: 'current',
        prepared: preparedFacts('right'),
      },
    ],
    pairingDeadline: '2026-05-01T10:15:00.000Z',
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
  });
});

it('keeps what the sender said of the image', () => {
  const said = {
    field: 'disc',
    takenOn: '2026-04-30',
    movedFrom: { key: 'images/north/P2/2026-05-01/left.jpg', versionId: 'v7' },
    doubts: ['same content as P2'],
  } as const;
  const [image] = received({ ...receivedImage('left'), ...said }).images;
  expect(image).toEqual({
    ...imageVersion('left', 1),
    laterality: 'left',
    state: 'current',
    prepared: preparedFacts('left'),
    ...said,
  });
});

describe('of several images of one eye', () => {
  it('the newest counts, whichever comes first', () => {
    const [first, second] = [receivedImage('left', 1), receivedImage('left', 2)];
    expect(states(received(first, second))).toEqual([
      ['v2', 'current'],
      ['v1', 'replaced'],
    ]);
    expect(states(received(second, first))).toEqual([
      ['v2', 'current'],
      ['v1', 'replaced'],
    ]);
    expect(received(first, second).updatedAt).toBe(LATER.toISOString());
  });

  it('none displaces one of the other eye', () => {
    const record = received(receivedImage('left', 1), receivedImage('right', 2));
    expect(record.images.map(({ laterality, state }) => [laterality, state])).toEqual([
      ['left', 'current'],
      ['right', 'current'],
    ]);
  });

  it.each([
    ['key', { key: 'images/north/P1/2026-05-01/left.png' }],
    ['version', { versionId: 'v9' }],
  ])('one of another %s is another image', (_, change) => {
    const image = { ...imageVersion('left', 1), ...change };
    const record = received(receivedImage('left', 1), { ...receivedImage('left'), image });
    expect(record.images).toHaveLength(2);
  });

  it('the same one again changes nothing', () => {
    const record = received(receivedImage('left'), receivedImage('right'));
    expect(receiveImage(record, receivedImage('left'), LATER, 900)).toBe(record);
  });

  it('the oldest of the replaced ones are forgotten first, and never one that counts or was withdrawn', () => {
    const first = received(receivedImage('right'), receivedImage('left', 1));
    const withdrawn = {
      ...first,
      images: first.images.map((image) =>
        image.laterality === 'left' ? { ...image, state: 'withdrawn' as const } : image,
      ),
    };
    let record: ExamRecord = withdrawn;
    for (let version = 40; version >= 11; version -= 1)
      record = receiveImage(record, receivedImage('left', version), LATER, 900);
    expect(MOST_IMAGES).toBe(24);
    // 24 less the right eye's, the withdrawn one and the current one leave 21: the versions 19 to 39.
    const replaced = record.images
      .filter(({ state }) => state === 'replaced')
      .map(({ versionId }) => versionId);
    expect(replaced).toEqual(Array.from({ length: 21 }, (_, index) => `v${39 - index}`));
    expect(
      record.images.filter(({ state }) => state === 'current').map(({ versionId }) => versionId),
    ).toEqual(['v1', 'v40']);
    expect(record.images.filter(({ state }) => state === 'withdrawn')).toHaveLength(1);
  });
});
