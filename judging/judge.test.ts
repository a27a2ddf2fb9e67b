import { describe, expect, it } from 'vitest';
import { reasonOf } from './judge.ts';

/** A field and a retina of which nothing is wrong, well within every limit. */
const FIELD = { roundness: 0.9, filled: 0.9, surround: 5, surroundDark: 1, outlineSeen: 0.9, diameter: 400 };
const RETINA = {
  ...{ red: 120, green: 60, blue: 30, dark: 0.1, burnt: 0.05, retinal: 0.9, redness: 60 },
  ...{ sharpness: 3, noise: 0.2, structure: 2 },
};

interface Measured {
  readonly field?: Partial<typeof FIELD>;
  readonly retina?: Partial<typeof RETINA>;
}

/** No photograph stands on a limit to the last digit, so the measurements are given. */
const judged = ({ field, retina }: Measured) => reasonOf({ ...FIELD, ...field }, { ...RETINA, ...retina });

describe('the quality gate', () => {
  it('takes a photograph of which nothing is wrong', () => {
    expect(judged({})).toBeNull();
  });

  it.each([
    ['retina-too-small', { field: { diameter: 200 } }, { field: { diameter: 199.9 } }],
    ['too-dark', { retina: { dark: 0.4 } }, { retina: { dark: 0.41 } }],
    ['too-dark', { retina: { red: 35 } }, { retina: { red: 34.9 } }],
    ['too-bright', { retina: { burnt: 0.25 } }, { retina: { burnt: 0.26 } }],
    ['too-bright', { retina: { green: 215 } }, { retina: { green: 215.1 } }],
    ['out-of-focus', { retina: { sharpness: 1 } }, { retina: { sharpness: 0.99 } }],
    ['out-of-focus', { retina: { structure: 0.32 } }, { retina: { structure: 0.31, noise: 0.31 / 0.8 } }],
    ['field-not-found', { field: { roundness: 0.5 } }, { field: { roundness: 0.49 } }],
    ['field-not-found', { field: { filled: 0.7 } }, { field: { filled: 0.69 } }],
    ['field-not-found', { field: { surround: 45 } }, { field: { surround: 45.1 } }],
    // A bright surround does not matter where the frame cuts nearly all of the outline.
    [
      'field-not-found',
      { field: { surround: 99, outlineSeen: 0.25 } },
      { field: { surround: 99, outlineSeen: 0.26 } },
    ],
    ['not-a-fundus-photograph', { retina: { retinal: 0.5 } }, { retina: { retinal: 0.49 } }],
  ])('answers %s just behind the limit, and nothing on it', (reason, within, beyond) => {
    expect(judged(within)).toBeNull();
    expect(judged(beyond)).toBe(reason);
  });

  it('takes a plain ball for what it is: less structure than noise', () => {
    expect(judged({ retina: { structure: 0.1, noise: 0.126 } })).toBe('not-a-fundus-photograph');
    expect(judged({ retina: { structure: 0.1, noise: 0.124 } })).toBe('out-of-focus');
  });

  it('asks for more light, not for a retina, where it is too dark to see one', () => {
    expect(judged({ retina: { retinal: 0.1, dark: 0.39 } })).toBe('not-a-fundus-photograph');
    expect(judged({ retina: { retinal: 0.1, dark: 0.41 } })).toBe('too-dark');
  });

  it('names one reason of several, in a fixed order', () => {
    const dark = { dark: 0.9, burnt: 0.9, sharpness: 0 };
    expect(judged({ field: { diameter: 100 }, retina: dark })).toBe('retina-too-small');
    expect(judged({ retina: dark })).toBe('too-dark');
    expect(judged({ retina: { burnt: 0.9, sharpness: 0 } })).toBe('too-bright');
  });
});

describe('a frame without a round field', () => {
  const LIMITS = { ...RETINA, redness: 30, red: 100, green: 74, retinal: 0.5, structure: 0.4 };

  it('is retina up to its limits', () => {
    expect(reasonOf(null, LIMITS)).toBe('field-not-found');
    expect(reasonOf(null, { ...LIMITS, structure: 8 })).toBe('field-not-found');
  });

  it.each([{ redness: 29.9 }, { green: 74.1 }, { retinal: 0.49 }, { structure: 0.39 }, { structure: 8.1 }])(
    'is something else with %j',
    (beyond) => {
      expect(reasonOf(null, { ...LIMITS, ...beyond })).toBe('not-a-fundus-photograph');
    },
  );
});
