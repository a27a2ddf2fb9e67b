import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { camerasText, habitOf, type Share } from './cameras-text.ts';
import { type CameraTallies, withCameras } from './count-cameras.ts';

type Eyes = Parameters<typeof withCameras>[1]['eyes'];
type Eye = NonNullable<Eyes['left']>;

const eye = (device: string | null, laterality: Partial<NonNullable<Eye['laterality']>>): Eye => {
  const image = { image: '', field: null, gradable: true, reason: null };
  return {
    ...{ image: '', gradable: true, reason: null },
    images: [device === null ? image : { ...image, device }],
    laterality: { detected: 'left', confidence: 0.95, threshold: 0.9, suspect: false, ...laterality },
  };
};
const tallies = (...eyes: readonly Eyes[]): CameraTallies =>
  eyes.reduce<CameraTallies>((before, one) => withCameras(before, { eyes: one }), new Map());

describe('the cameras of a program', () => {
  it('are counted by what their eyes look like beside their names, left and right apart', () => {
    const counted = tallies(
      // Turned by half, so they look like the other eye.
      {
        left: eye('A', { detected: 'right', turned: true }),
        right: eye('A', { detected: 'left', turned: true }),
      },
      // As named; upright or not told.
      { left: eye('A', { detected: 'left', turned: false }), right: eye('A', { detected: 'right' }) },
      // The left one looks like a right one, upright.
      { left: eye('A', { detected: 'right', suspect: true, turned: false }), right: null },
    );
    expect(counted.get('A')).toEqual({ device: 'A', eyes: 5, asNamed: 2, turned: 2, otherEye: 1 });
  });

  it('count a turned pair that looks as it is named as swapped', () => {
    const counted = tallies({
      left: eye(null, { detected: 'left', turned: true, suspect: true }),
      right: eye(null, { detected: 'right', turned: true, suspect: true }),
    });
    expect(counted.get(null)).toEqual({ device: null, eyes: 2, asNamed: 0, turned: 0, otherEye: 2 });
  });

  it('count no eye of which the detector is not sure, and each under its own camera', () => {
    const counted = tallies({
      left: eye('A', { detected: 'left', confidence: 0.8999 }),
      right: eye('B', { detected: 'right' }),
    });
    expect([...counted.keys()]).toEqual(['B']);
  });

  it('are said to turn, to mirror or to be swapped at times only where the interval is clear', () => {
    const share = (low: number): Share => ({ value: low, low, high: 1 });
    expect(habitOf(share(0.51), share(0))).toBe('turns');
    expect(habitOf(share(0.5), share(0.51))).toBe('mirrors-or-swaps');
    expect(habitOf(share(0.2), share(0.0071))).toBe('some-swapped');
    expect(habitOf(share(0.2), share(0.007))).toBe(null);
    expect(habitOf(null, null)).toBe(null);
  });

  it('are told line by line, with what to do', () => {
    const tally = { device: 'CR-2', eyes: 40, asNamed: 1, turned: 39, otherEye: 0 };
    const unnamed = { device: null, eyes: 9, asNamed: 9, turned: 0, otherEye: 0 };
    const text = stripVTControlCharacters(
      camerasText('north', [
        { tally, habit: 'turns' },
        { tally: unnamed, habit: null },
      ]),
    );
    expect(text.split('\n')).toEqual([
      'north',
      '  CR-2: 40 eyes; as named 1, turned by half 39, like the other eye 0',
      expect.stringMatching(/turns its pictures by half/),
      '  no camera named: 9 eyes; as named 9, turned by half 0, like the other eye 0',
    ]);
    expect(camerasText('north', [])).toMatch(/no photograph is gradable, or its model has no detector/);
  });
});
