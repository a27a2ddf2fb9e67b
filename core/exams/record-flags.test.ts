import { expect, it } from 'vitest';
import { imageVersion } from '../testing/records.ts';
import type { ExamImage } from './exam-image.ts';
import { doubtsOf, flagsOf } from './record-flags.ts';

/** Equal bytes replace nothing. */
const OTHER = 'b'.repeat(64);

const image = (change: Partial<ExamImage>): ExamImage => ({
  ...imageVersion('left', 1),
  laterality: 'left',
  field: null,
  state: 'current',
  ...change,
});

it('say each doubt of the images that count once', () => {
  const images = [
    image({ doubts: ['same content', 'two days'] }),
    image({ doubts: ['two days', 'a stem'] }),
    image({ doubts: ['withdrawn'], state: 'withdrawn' }),
    image({ doubts: ['replaced'], state: 'replaced' }),
    image({}),
  ];
  expect(doubtsOf({ images })).toEqual(['same content', 'two days', 'a stem']);
});

it.each([
  ['nothing', [image({})], []],
  [
    'that an image was replaced',
    [image({}), image({ state: 'replaced', sha256: OTHER })],
    ['image-replaced'],
  ],
  ['that an image was withdrawn', [image({}), image({ state: 'withdrawn' })], ['image-withdrawn']],
  ['that an image is in doubt', [image({}), image({ doubts: ['two days'] })], ['identity-doubt']],
  [
    'all of it, in this order',
    [
      image({ doubts: ['two days'] }),
      image({ state: 'withdrawn' }),
      image({ state: 'replaced', sha256: OTHER }),
    ],
    ['image-replaced', 'image-withdrawn', 'identity-doubt'],
  ],
  [
    'nothing of a doubt that went with its image',
    [image({ doubts: ['x'], state: 'replaced', sha256: OTHER })],
    ['image-replaced'],
  ],
])('tell %s', (_, images, flags) => {
  expect(flagsOf({ images })).toEqual(flags);
});
