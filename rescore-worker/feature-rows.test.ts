import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError } from '../core/errors.ts';
import { encodeSafetensors, type Tensor } from '../core/tensors/safetensors.ts';
import { FeatureRows, FeaturesError } from './feature-rows.ts';

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

function read(tensors: Readonly<Record<string, Tensor>>): Promise<FeatureRows> {
  const content = encodeSafetensors(tensors, { model: 'm1' });
  return FeatureRows.read({ get: async () => ({ content }) } as never, 'features/m1/s.safetensors');
}

function numbersOf(rows: FeatureRows, row: number) {
  const exam = rows.exam(row);
  if (exam === null) return null;
  const eye = (side: typeof exam.left) =>
    side === null ? null : { visual: [...side.visual], mapped: [...side.mapped] };
  return { left: eye(exam.left), right: eye(exam.right), patient: [...exam.patient] };
}

describe("a feature shard's rows", () => {
  it('give each eye its own numbers, and only the eyes that were there', async () => {
    const rows = await read(TENSORS);
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

  it('end with the last exam', async () => {
    const rows = await read(TENSORS);
    expect(numbersOf(rows, 2)).not.toBeNull();
    expect(rows.exam(3)).toBeNull();
    expect(rows.exam(4)).toBeNull();
  });

  it.each(['left_visual', 'right_visual', 'left', 'right', 'patient'])(
    'are refused when %s is missing, or has another shape',
    async (name) => {
      const { [name]: _, ...others } = TENSORS;
      await expect(read(others)).rejects.toThrow(new RegExp(`damaged: "${name}" is missing`));
      const short = { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] };
      await expect(read({ ...TENSORS, [name]: short })).rejects.toThrow(FeaturesError);
      const wide = { data: new Float32Array(9), shape: [3, 3] };
      await expect(read({ ...TENSORS, [name]: wide })).rejects.toThrow(FeaturesError);
    },
  );

  it.each([
    ['nothing', undefined],
    ['one eye an exam', { data: Uint8Array.of(1, 1, 1), shape: [3, 1] }],
    ['an exam too many', { data: Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1), shape: [4, 2] }],
  ])('are refused when of the eyes that were there it says %s', async (_, present) => {
    const { present: __, ...others } = TENSORS;
    const tensors = present === undefined ? others : { ...others, present };
    await expect(read(tensors)).rejects.toThrow(/does not say which eyes are present/);
  });

  it('are a fault of the store, not of the shard, when it cannot be reached', async () => {
    const get = (error: Error) => ({ get: () => Promise.reject(error) }) as never;
    await expect(FeatureRows.read(get(new Error('no connection')), 'k')).rejects.toThrow('no connection');
    const missing = FeatureRows.read(get(new ObjectNotFoundError('Object "k" does not exist.')), 'k');
    await expect(missing).rejects.toThrow(/"k" is missing. Screen its exams again/);
    await expect(missing).rejects.toThrow(FeaturesError);
  });
});
