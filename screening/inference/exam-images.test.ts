import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScreeningError } from '../errors.ts';
import { type ImagePixels, readImages } from './exam-images.ts';

const EXAM = { program: 'north', patient: 'P1', exam: '2026-05-01' };

function image(name: string, change: Partial<ImagePixels> = {}): ImagePixels {
  const laterality = name.startsWith('left') ? 'left' : 'right';
  const bytes = { sha256: `sha of ${name}`, pixels: new Uint8Array(3) };
  return { image: name, ...bytes, laterality, field: 'macula', primary: false, ...change };
}

const IMAGES = [
  image('right-b', { field: 'disc' }),
  image('left-other', { field: 'other' }),
  image('left-c', { field: 'disc' }),
  image('right-a', { primary: true }),
  image('left-b', { field: null }),
  image('left-a', { field: 'disc' }),
  image('left-z', { primary: true }),
  // The same bytes again, under other names and another field.
  image('left-y', { sha256: 'sha of left-z' }),
  image('left-d', { sha256: 'sha of left-b', field: 'disc' }),
];

function namesOf(images: readonly ImagePixels[]) {
  const { left, right, others } = readImages(EXAM, images);
  return [left?.image, right?.image, others.map((one) => one.image)];
}

describe('the images that are read of an exam', () => {
  it('are its primary ones and every other of macula and disc, each bytes once', () => {
    expect(namesOf(IMAGES)).toEqual(['left-z', 'right-a', ['left-b', 'left-a', 'left-c', 'right-b']]);
  });

  it('are the same in whatever order they come, and where some come twice', () => {
    const expected = namesOf(IMAGES);
    const repeated = IMAGES.filter((one) => !one.primary);
    const any = fc.tuple(
      fc.shuffledSubarray(IMAGES, { minLength: IMAGES.length }),
      fc.shuffledSubarray(repeated),
    );
    fc.assert(
      fc.property(any, ([all, again]) => {
        expect(namesOf([...again, ...all])).toEqual(expected);
      }),
    );
  });

  it('are the one image of an eye, whatever its field', () => {
    expect(namesOf([image('left-a', { field: 'other', primary: true })])).toEqual(['left-a', undefined, []]);
    expect(namesOf([image('right-a', { field: 'disc', primary: true })])).toEqual([undefined, 'right-a', []]);
  });

  it.each([
    ['no primary image of the left eye', [image('left-a'), image('right-a', { primary: true })]],
    [
      'more than one primary image of the right eye',
      [image('right-a', { primary: true }), image('right-b', { primary: true })],
    ],
    [
      'The primary image of the left eye',
      [image('left-a', { primary: true, field: 'other' }), image('left-b', { field: 'disc' })],
    ],
  ])('are refused with %s', (message, images) => {
    expect(() => readImages(EXAM, images)).toThrow(ScreeningError);
    expect(() => readImages(EXAM, images)).toThrow(message);
    expect(() => readImages(EXAM, images)).toThrow('north/P1/2026-05-01');
  });
});
