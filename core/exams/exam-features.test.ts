import { describe, expect, it } from 'vitest';
import { featuresOfRow } from './exam-features.ts';

/**
 * Two exams of two channels. Every number says where it stands: tensor (1 left visual, 2 right visual, 3 left,
 * 4 right, 5 patient), exam, channel.
 */
const FEATURES = {
  leftVisual: Float32Array.of(111, 112, 121, 122),
  rightVisual: Float32Array.of(211, 212, 221, 222),
  left: Float32Array.of(311, 312, 321, 322),
  right: Float32Array.of(411, 412, 421, 422),
  patient: Float32Array.of(511, 512, 521, 522),
};

const BOTH = { left: true, right: true };

/** Plain numbers, as `toEqual` shows them best. */
function numbersOf(row: number, eyes: readonly { readonly left: boolean; readonly right: boolean }[]) {
  const { left, right, patient } = featuresOfRow(FEATURES, 2, row, eyes[row] ?? BOTH);
  const eye = (side: typeof left) =>
    side === null ? null : { visual: [...side.visual], mapped: [...side.mapped] };
  return { left: eye(left), right: eye(right), patient: [...patient] };
}

describe("an exam's features", () => {
  const both = [BOTH, BOTH];

  it('are its own row of each tensor, the left eye of the left ones, the right eye of the right ones', () => {
    expect(numbersOf(0, both)).toEqual({
      left: { visual: [111, 112], mapped: [311, 312] },
      right: { visual: [211, 212], mapped: [411, 412] },
      patient: [511, 512],
    });
    expect(numbersOf(1, both)).toEqual({
      left: { visual: [121, 122], mapped: [321, 322] },
      right: { visual: [221, 222], mapped: [421, 422] },
      patient: [521, 522],
    });
  });

  it('leave out the eye that was not there, and it alone', () => {
    const single = [
      { left: false, right: true },
      { left: true, right: false },
    ];
    expect(numbersOf(0, single)).toEqual({
      left: null,
      right: { visual: [211, 212], mapped: [411, 412] },
      patient: [511, 512],
    });
    expect(numbersOf(1, single)).toEqual({
      left: { visual: [121, 122], mapped: [321, 322] },
      right: null,
      patient: [521, 522],
    });
  });
});
