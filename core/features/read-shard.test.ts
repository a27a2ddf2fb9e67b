import { describe, expect, it } from 'vitest';
import { DamagedShardError } from '../errors.ts';
import type { StoredBatch } from '../ports/feature-store.ts';
import { encodeSafetensors, type Tensor } from '../tensors/safetensors.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';
import { readShard } from './read-shard.ts';

const matrix = (...numbers: number[]): Tensor => ({ data: Float32Array.from(numbers), shape: [3, 2] });

/**
 * Three exams of two channels: both eyes, the left one alone, the right one alone. Every number says where it
 * stands: tensor (1 left visual, 2 right visual, 3 left, 4 right, 5 patient), exam, channel.
 */
const TENSORS: Readonly<Record<string, Tensor>> = {
  left_visual: matrix(111, 112, 121, 122, 131, 132),
  right_visual: matrix(211, 212, 221, 222, 231, 232),
  left: matrix(311, 312, 321, 322, 331, 332),
  right: matrix(411, 412, 421, 422, 431, 432),
  patient: matrix(511, 512, 521, 522, 531, 532),
  present: { data: Uint8Array.of(1, 1, 1, 0, 0, 1), shape: [3, 2] },
};

function read(tensors: Readonly<Record<string, Tensor>>): StoredBatch {
  return readShard(encodeSafetensors(tensors, { model: 'm1' }), 'features/m1/s.safetensors');
}

function numbersOf(rows: StoredBatch, row: number) {
  const exam = rows.exam(row);
  if (exam === null) return null;
  const eye = (side: typeof exam.left) =>
    side === null ? null : { visual: [...side.visual], mapped: [...side.mapped] };
  return { left: eye(exam.left), right: eye(exam.right), patient: [...exam.patient] };
}

describe("a feature shard's rows", () => {
  it('give each eye its own numbers, and only the eyes that were there', () => {
    const rows = read(TENSORS);
    expect([rows.model, rows.embedding]).toEqual(['m1', 2]);
    expect(numbersOf(rows, 0)).toEqual({
      left: { visual: [111, 112], mapped: [311, 312] },
      right: { visual: [211, 212], mapped: [411, 412] },
      patient: [511, 512],
    });
    expect(numbersOf(rows, 1)).toEqual({
      left: { visual: [121, 122], mapped: [321, 322] },
      right: null,
      patient: [521, 522],
    });
    expect(numbersOf(rows, 2)).toEqual({
      left: null,
      right: { visual: [231, 232], mapped: [431, 432] },
      patient: [531, 532],
    });
  });

  it('end with the last exam', () => {
    const rows = read(TENSORS);
    expect(numbersOf(rows, 2)).not.toBeNull();
    expect(rows.exam(3)).toBeNull();
    expect(rows.exam(4)).toBeNull();
  });

  it.each(['left_visual', 'right_visual', 'left', 'right', 'patient'])(
    'are refused when %s is missing, or has another shape',
    (name) => {
      const { [name]: _, ...others } = TENSORS;
      expect(() => read(others)).toThrow(new RegExp(`damaged: "${name}" is missing`));
      const short = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
      expect(() => read({ ...TENSORS, [name]: short })).toThrow(DamagedShardError);
      const wide = { data: new Float32Array(9), shape: [3, 3] };
      expect(() => read({ ...TENSORS, [name]: wide })).toThrow(DamagedShardError);
    },
  );

  it.each([
    [{ precision: 'fp16', equivalents: 'int4 fp16 fp32' }, 'fp16', ['fp32', 'fp16']],
    [{ precision: 'int8', equivalents: '' }, 'int8', []],
    [{ precision: 'int4', equivalents: 'int4' }, null, []],
    [{}, null, []],
  ])('with %j are of a precision that is known, or of none', (metadata, precision, equivalents) => {
    const file = encodeSafetensors(TENSORS, { model: 'm1', ...(metadata as Record<string, string>) });
    expect(readShard(file, 's')).toMatchObject({ precision, equivalents });
  });

  it('are refused with the tensor whose shape is another than that of the first', () => {
    const wide = { data: new Float32Array(9), shape: [3, 3] };
    expect(() => read({ ...TENSORS, right: wide })).toThrow('"right" has another shape than "left_visual"');
  });

  it('are refused as damaged where the file is cut, with what was found', () => {
    const whole = encodeSafetensors(TENSORS, { model: 'm1' });
    const reading = () => readShard(whole.subarray(0, -1), 'features/m1/s.safetensors');
    expect(reading).toThrow(DamagedShardError);
    expect(reading).toThrow('"features/m1/s.safetensors" is damaged: ');
    expect(reading).toThrow(expect.objectContaining({ cause: expect.any(MalformedTensorsError) }));
  });

  it.each([
    ['nothing', undefined],
    ['one eye an exam', { data: Uint8Array.of(1, 1, 1), shape: [3, 1] }],
    ['an exam too many', { data: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1), shape: [4, 2] }],
  ])('are refused when of the eyes that were there it says %s', (_, present) => {
    const { present: __, ...others } = TENSORS;
    const tensors = present === undefined ? others : { ...others, present };
    expect(() => read(tensors)).toThrow(/does not say which eyes are present/);
  });
});
