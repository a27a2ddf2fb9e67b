import { describe, expect, it } from 'vitest';
import { arrivalOrder } from './arrival-order.ts';
import { eyeResultOf } from './eye-result.ts';
import type { Field, SeenField } from './field.ts';
import { type FoundImage, primaryFirst } from './primary-image.ts';

interface Told {
  readonly field?: Field | null;
  readonly seen?: SeenField | null;
  readonly isGradable?: boolean;
  /** How far the detector holds it for gradable. */
  readonly gradable?: number;
}

/** The `sequence`th image of the eye; its bytes and key say which. */
function image(
  sequence: number,
  { field = 'macula', seen, isGradable = true, gradable }: Told = {},
): FoundImage {
  const key = `images/north/P1/1/left-${sequence}.jpg`;
  const measurements = { sharpness: sequence };
  return {
    image: {
      ...{ key, versionId: `v${sequence}`, sha256: String(sequence).repeat(64), bytes: sequence },
      order: arrivalOrder({ key, sequence, lastModified: new Date(0) }, ''),
    },
    field,
    facts: {
      quality: isGradable
        ? { gradable: true, reason: null, measurements }
        : { gradable: false, reason: 'out-of-focus', measurements },
      ...(seen === undefined ? {} : { field: seen }),
      detected: gradable === undefined ? null : { left: 0.25, gradable, threshold: 0.9 },
    },
  };
}

const sequences = (images: readonly FoundImage[]) => images.map(({ image: { bytes } }) => bytes);

describe('the primary image of an eye', () => {
  it.each<[string, Told, Told]>([
    ['gradable, though another was surer and later', {}, { isGradable: false, gradable: 0.99 }],
    [
      'of the disc and gradable before one of the macula that is not',
      { field: 'disc' },
      { isGradable: false },
    ],
    ['of the macula before one of the disc', {}, { field: 'disc', gradable: 0.99 }],
    ['of no said field, which means the macula, before one of the disc', { field: null }, { field: 'disc' }],
    [
      'of no said field and unsure, before one that shows the disc',
      { field: null, seen: null },
      { field: null, seen: 'disc' },
    ],
    [
      'named as of the macula, whatever it shows, before one that shows the disc',
      { seen: 'disc' },
      { field: null, seen: 'disc' },
    ],
    ['of the disc before one of another field', { field: 'disc' }, { field: 'other', gradable: 0.99 }],
    ['surer to be gradable', { gradable: 0.8 }, { gradable: 0.7 }],
    ['seen by a detector before one that was not', { gradable: 0.1 }, {}],
  ])('is the one that is %s', (_, first, second) => {
    expect(sequences(primaryFirst([image(1, first), image(2, second)]))).toEqual([1, 2]);
    expect(sequences(primaryFirst([image(2, second), image(1, first)]))).toEqual([1, 2]);
  });

  it('is the latest of those that are alike, and the others follow from the latest to the first', () => {
    expect(sequences(primaryFirst([image(2), image(4), image(1), image(3)]))).toEqual([4, 3, 2, 1]);
  });

  it('is of the macula whether that was said or not: the surer one, then the later one', () => {
    const said = image(1, { gradable: 0.6 });
    expect(sequences(primaryFirst([said, image(2, { field: null, gradable: 0.5 })]))).toEqual([1, 2]);
    expect(sequences(primaryFirst([said, image(2, { field: null, gradable: 0.6 })]))).toEqual([2, 1]);
  });

  it('orders all images of an eye', () => {
    const images = [
      ...[image(1, { field: 'other' }), image(2, { isGradable: false }), image(3, { field: 'disc' })],
      ...[
        image(4, { gradable: 0.5 }),
        image(5, { gradable: 0.75 }),
        image(6, { field: null, gradable: 0.5 }),
      ],
    ];
    expect(sequences(primaryFirst(images))).toEqual([5, 6, 4, 3, 1, 2]);
  });
});

describe("an eye's result", () => {
  it('is that of its primary image, and lists each image with its own field and quality, the primary one first', () => {
    const sha256Of = (sequence: number) => image(sequence).image.sha256;
    const named = { fieldFrom: 'named' };
    const dark = image(3, { isGradable: false });
    const result = eyeResultOf('left', [dark, image(1, { field: 'disc' }), image(2, { gradable: 0.5 })]);
    const seen = {
      quality: { gradable: true, reason: null, measurements: { sharpness: 2, gradability: 0.5 } },
      laterality: { detected: 'right', confidence: 0.75, threshold: 0.9, suspect: false },
    };
    expect(result).toEqual({
      image: image(2).image,
      ...seen,
      images: [
        {
          ...{ image: 'images/north/P1/1/left-2.jpg', sha256: sha256Of(2), field: 'macula', ...named },
          ...seen,
        },
        {
          ...{ image: 'images/north/P1/1/left-1.jpg', sha256: sha256Of(1), field: 'disc', ...named },
          quality: { gradable: true, reason: null, measurements: { sharpness: 1 } },
        },
        {
          ...{ image: 'images/north/P1/1/left-3.jpg', sha256: sha256Of(3), field: 'macula', ...named },
          quality: { gradable: false, reason: 'out-of-focus', measurements: { sharpness: 3 } },
        },
      ],
    });
  });

  it('tells of no laterality that was seen in an ungradable image', () => {
    const result = eyeResultOf('left', [image(1, { isGradable: false, gradable: 0.9 })]);
    expect(result).not.toHaveProperty('laterality');
    expect(result?.quality.measurements).toEqual({ sharpness: 1 });
  });

  it('holds what an image shows to the eye that it is of', () => {
    const seenAsRight = image(1, { gradable: 0.5 });
    const facts = { ...seenAsRight.facts, detected: { left: 0.05, gradable: 0.5, threshold: 0.9 } };
    const suspects = (['left', 'right'] as const).map(
      (eye) => eyeResultOf(eye, [{ ...seenAsRight, facts }])?.laterality?.suspect,
    );
    expect(suspects).toEqual([true, false]);
  });

  it('is none of an eye without images', () => {
    expect(eyeResultOf('right', [])).toBeNull();
  });
});
