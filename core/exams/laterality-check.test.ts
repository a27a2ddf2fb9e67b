import { describe, expect, it } from 'vitest';
import { checkLaterality } from './laterality-check.ts';

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
