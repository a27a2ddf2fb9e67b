import { describe, expect, it } from 'vitest';
import { checkLaterality, shownEye } from './laterality-check.ts';

describe('a photograph that is labelled as an eye', () => {
  it.each([
    ['left', 0.97, { detected: 'left', confidence: 0.97, suspect: false }],
    ['left', 0.03, { detected: 'right', confidence: 0.97, suspect: true }],
    ['right', 0.97, { detected: 'left', confidence: 0.97, suspect: true }],
    ['right', 0.03, { detected: 'right', confidence: 0.97, suspect: false }],
    ['left', 0.1, { detected: 'right', confidence: 0.9, suspect: true }],
    ['left', 0.11, { detected: 'right', confidence: 0.89, suspect: false }],
    ['right', 0.5, { detected: 'left', confidence: 0.5, suspect: false }],
  ] as const)('%s is judged by a probability of left of %f', (label, probability, expected) => {
    const check = checkLaterality(label, probability, 0.9);
    expect(check).toMatchObject({
      ...expected,
      confidence: expect.closeTo(expected.confidence),
      threshold: 0.9,
    });
  });
});

describe('a photograph that was turned by half', () => {
  it('is no contradiction where it looks like the other eye, and shows the one that it is named as', () => {
    const check = checkLaterality('left', 0.03, 0.9, true);
    expect(check).toMatchObject({ detected: 'right', turned: true, suspect: false });
    expect(shownEye(check)).toBe('left');
  });

  it('is said to be upright where it is, and then contradicts as before', () => {
    const check = checkLaterality('right', 0.97, 0.9, false);
    expect(check).toMatchObject({ detected: 'left', turned: false, suspect: true });
    expect(shownEye(check)).toBe('left');
  });

  it('is not spoken of where nothing is sure', () => {
    const check = checkLaterality('right', 0.97, 0.9, null);
    expect(check).not.toHaveProperty('turned');
    expect(check.suspect).toBe(true);
  });
});
