import { describe, expect, it } from 'vitest';
import { rowsOf } from './feature-tensors.ts';

const LEFT = { visual: Float32Array.of(11, 12), mapped: Float32Array.of(13, 14) };
const RIGHT = { visual: Float32Array.of(21, 22), mapped: Float32Array.of(23, 24) };
const PATIENT = Float32Array.of(31, 32);

describe("an exam's rows in a file of features", () => {
  it('hold each eye under its own name', () => {
    expect(rowsOf({ left: LEFT, right: RIGHT, patient: PATIENT })).toEqual({
      left_visual: LEFT.visual,
      right_visual: RIGHT.visual,
      left: LEFT.mapped,
      right: RIGHT.mapped,
      patient: PATIENT,
    });
  });

  it.each([
    ['left', { left: LEFT, right: null }, LEFT],
    ['right', { left: null, right: RIGHT }, RIGHT],
  ])('hold the %s eye twice where it is the only one', (_, eyes, eye) => {
    expect(rowsOf({ ...eyes, patient: PATIENT })).toEqual({
      ...{ left_visual: eye.visual, right_visual: eye.visual, left: eye.mapped, right: eye.mapped },
      patient: PATIENT,
    });
  });

  it('are zeros, as many as the patient has numbers, where there is no eye', () => {
    const none = Float32Array.of(0, 0);
    expect(rowsOf({ left: null, right: null, patient: PATIENT })).toEqual({
      ...{ left_visual: none, right_visual: none, left: none, right: none },
      patient: PATIENT,
    });
  });
});
