import { describe, expect, it } from 'vitest';
import { examFeatures } from './screening-output.ts';

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

/** Plain numbers, as `toEqual` shows them best. */
function numbersOf(row: number, places: Parameters<typeof examFeatures>[1]) {
  const { left, right, patient } = examFeatures(FEATURES, places, row);
  const eye = (side: typeof left) =>
    side === null ? null : { visual: [...side.visual], mapped: [...side.mapped] };
  return { left: eye(left), right: eye(right), patient: [...patient] };
}

describe("an exam's features", () => {
  const both = [
    { left: 0, right: 1 },
    { left: 2, right: 3 },
  ];

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

  it('leave out the eye that has no place in the batch, and it alone', () => {
    const single = [
      { left: null, right: 0 },
      { left: 1, right: null },
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
