import { describe, expect, it } from 'vitest';
import type { FeaturesPrecision } from '../activation/precisions.ts';
import { shardOf } from './write-shard.ts';

/** Reads a tensor by safetensors' own description: 8 bytes of length, the header in JSON, the numbers. */
function tensorsOf(file: Uint8Array): Record<string, { shape: number[]; numbers: number[] }> {
  const view = new DataView(file.buffer, file.byteOffset);
  const begin = 8 + Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, begin)));
  const { __metadata__: _, ...entries } = header;
  const read = ([name, { dtype, shape, data_offsets: offsets }]: [string, never & Record<string, never>]) => {
    const width = dtype === 'F32' ? 4 : 1;
    const count = (offsets[1] - offsets[0]) / width;
    const at = (index: number) => begin + offsets[0] + index * width;
    const numbers = Array.from({ length: count }, (_, index) =>
      dtype === 'F32' ? view.getFloat32(at(index), true) : view.getUint8(at(index)),
    );
    return [name, { shape, numbers }];
  };
  return Object.fromEntries((Object.entries(entries) as [string, never][]).map(read));
}

describe('a feature shard', () => {
  it('holds each eye under its own name, and says which eyes were there', () => {
    const matrices = {
      leftVisual: Float32Array.of(111, 112, 121, 122, 131, 132),
      rightVisual: Float32Array.of(211, 212, 221, 222, 231, 232),
      left: Float32Array.of(311, 312, 321, 322, 331, 332),
      right: Float32Array.of(411, 412, 421, 422, 431, 432),
      patient: Float32Array.of(511, 512, 521, 522, 531, 532),
    };
    const eyes = [
      { left: true, right: true },
      { left: true, right: false },
      { left: false, right: true },
    ];
    const exams = eyes.map((of, row) => ({
      exam: { program: 'north', patient: `P${row}`, exam: '2026-05-01' },
      ...{ requestId: `r${row}`, eyes: of },
    }));
    const tensors = tensorsOf(shardOf({ model: 'm1', preprocessing: 'squash', exams, matrices }));
    expect(tensors).toEqual({
      left_visual: { shape: [3, 2], numbers: [111, 112, 121, 122, 131, 132] },
      right_visual: { shape: [3, 2], numbers: [211, 212, 221, 222, 231, 232] },
      left: { shape: [3, 2], numbers: [311, 312, 321, 322, 331, 332] },
      right: { shape: [3, 2], numbers: [411, 412, 421, 422, 431, 432] },
      patient: { shape: [3, 2], numbers: [511, 512, 521, 522, 531, 532] },
      // Left then right, exam by exam: both, the left one alone, the right one alone.
      present: { shape: [3, 2], numbers: [1, 1, 1, 0, 0, 1] },
    });
  });

  it('names its requests, and the precision of its features where it is known', () => {
    const matrix = Float32Array.of(1, 2);
    const metadataOf = (precision?: FeaturesPrecision) => {
      const file = shardOf({
        ...{ model: 'm1', preprocessing: 'squash' },
        exams: ['r1', 'r2'].map((requestId) => ({
          exam: { program: 'north', patient: 'P1', exam: '2026-05-01' },
          ...{ requestId, eyes: { left: true, right: false } },
        })),
        matrices: { leftVisual: matrix, rightVisual: matrix, left: matrix, right: matrix, patient: matrix },
        ...(precision === undefined ? {} : { precision }),
      });
      const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
      return JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))).__metadata__;
    };
    const unnamed = { model: 'm1', preprocessing: 'squash', requests: 'r1 r2' };
    expect(metadataOf()).toEqual(unnamed);
    expect(metadataOf({ precision: null, equivalents: ['fp32'] })).toEqual(unnamed);
    expect(metadataOf({ precision: 'fp16', equivalents: ['fp32', 'fp16'] })).toEqual({
      ...unnamed,
      ...{ precision: 'fp16', equivalents: 'fp32 fp16' },
    });
  });
});
