import { expect, it } from 'vitest';
import { fromExam1, requestedOf } from './exam-1.ts';

const version = (key: string, letter: string) => ({
  ...{ key, versionId: `v-${letter}`, sha256: letter.repeat(64), bytes: 10, order: `2026-05-01#${letter}` },
});
const LEFT = version('images/n/P/1/photograph-1.jpg', 'a');
const RIGHT = version('images/n/P/1/photograph-2.jpg', 'b');

/** A record as release 0.1.0 stored it: its names say nothing of eyes, so only the record does. */
const RECORD = {
  ...{ schema: 'exam/1', program: 'n', patient: 'P', exam: '1', revision: 3, status: 'registered' },
  ...{ expectedEyes: 'both', eyes: { left: LEFT, right: RIGHT }, request: null, result: null, history: [] },
  replaced: [
    { ...RIGHT, versionId: 'v-c', sha256: 'c'.repeat(64) },
    { ...LEFT, versionId: 'v-d', sha256: 'd'.repeat(64) },
    version('images/n/P/1/P_OD.jpg', 'e'),
    version('images/n/P/1/P_OS.jpg', 'f'),
    version('images/n/P/1/IMG_7.jpg', '0'),
  ],
  pairingDeadline: '2026-05-01T00:15:00.000Z',
  ...{ createdAt: '2026-05-01T00:00:00.000Z', updatedAt: '2026-05-01T00:00:00.000Z' },
};

it('keeps each eye of a former record, its replaced images by their name or by that of the image that came after', () => {
  const { images, expected, revision, schema } = fromExam1(RECORD);
  expect(images.map(({ versionId, laterality, state }) => [versionId, laterality, state])).toEqual([
    ['v-a', 'left', 'current'],
    ['v-b', 'right', 'current'],
    ['v-c', 'right', 'replaced'],
    ['v-d', 'left', 'replaced'],
    ['v-e', 'right', 'replaced'],
    ['v-f', 'left', 'replaced'],
    ['v-0', null, 'replaced'],
  ]);
  expect({ expected, revision, schema }).toEqual({
    expected: { left: 1, right: 1 },
    revision: 3,
    schema: 'exam/2',
  });
});

it.each([
  ['left', { left: 1, right: 0 }],
  ['right', { left: 0, right: 1 }],
] as const)('keeps that a former record has the %s eye only', (expectedEyes, expected) => {
  expect(fromExam1({ ...RECORD, expectedEyes }).expected).toEqual(expected);
});

it('lists the images of a former request, the left eye first', () => {
  const listed = (eyes: Parameters<typeof requestedOf>[0]) =>
    requestedOf(eyes).map(({ key, laterality }) => [key, laterality]);
  expect(listed({ left: LEFT, right: RIGHT })).toEqual([
    [LEFT.key, 'left'],
    [RIGHT.key, 'right'],
  ]);
  expect(listed({ left: null, right: RIGHT })).toEqual([[RIGHT.key, 'right']]);
});
