import { describe, expect, it } from 'vitest';
import { answer, readNetwork } from './network.ts';

/** Two features, one unit: written by Python, `base64.b64encode(struct.pack('<25f', …))`. */
const TINY =
  'AAAAAAAAgD8AAIA/AAAAQAAAAD8AAIC+AACAPgAAgEAAAIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQQAAAAAAAAAAAACAPwAAgL8AAAAAAAAAAAAAAAAAAAAAAAAAwA==';

describe('the network of the learned gate', () => {
  it('standardizes, rectifies and answers each question for itself', () => {
    // (1, 2) is (1, 2) in standard units; 0.5 · 1 - 0.25 · 2 + 0.25 = 0.25; the logits are 1, -1, 1, -1, 0, …, 0.
    const answers = answer(Float32Array.of(1, 2), readNetwork(TINY, 1));
    expect(answers.fundus).toBeCloseTo(0.731059, 5);
    expect(answers.colour).toBeCloseTo(0.268941, 5);
    expect(answers.gradable).toBeCloseTo(0.731059, 5);
    expect(answers.focus).toBeCloseTo(0.268941, 5);
    expect(answers.haze).toBe(0.5);
    expect(answers.macula).toBe(0.5);
  });

  it('takes a measurement beyond six deviations for six, and a unit below zero for zero', () => {
    const network = readNetwork(TINY, 1);
    // 0.5 · 6 - 0.25 · 2 + 0.25 = 2.75, and four times that: 11.
    expect(answer(Float32Array.of(1e9, 2), network).fundus).toBeCloseTo(0.9999833, 6);
    expect(answer(Float32Array.of(-1e9, 2), network).fundus).toBe(0.5);
  });

  it('refuses weights that are cut and features of another number', () => {
    expect(() => readNetwork(TINY.slice(0, -8), 1)).toThrow(RangeError);
    expect(() => answer(Float32Array.of(1, 2, 3), readNetwork(TINY, 1))).toThrow(
      'reads 2 features instead of 3',
    );
  });
});
