import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DamagedShardError } from '../errors.ts';
import type { ImageFeatures } from '../exams/exam-features.ts';
import type { FeatureBatch } from '../ports/feature-store.ts';
import { decodeSafetensors, encodeSafetensors, type Tensor } from '../tensors/safetensors.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';
import { eraseRow } from './erase-row.ts';
import { readShard } from './read-shard.ts';
import { shardOf } from './write-shard.ts';

const SEVERAL: readonly ImageFeatures[] = [
  image('images/north/P2/1/links-ä.jpg', 'left', null, 71, 72),
  image('images/north/P2/1/l2.jpg', 'left', 'disc', 81, 82),
  image('images/north/P2/1/right.jpg', 'right', 'macula', 91, 92),
];
const LAST: readonly ImageFeatures[] = [
  image('images/north/P3/1/r.jpg', 'right', 'disc', 61, 62),
  image('images/north/P3/1/r2.jpg', 'right', 'macula', 63, 64),
];

function image(
  key: string,
  laterality: 'left' | 'right',
  field: ImageFeatures['field'],
  ...visual: number[]
) {
  return { image: key, laterality, field, visual: Float32Array.from(visual) };
}

/** Three exams of two channels: the first has one image of each eye. */
function batchOf(images: readonly (readonly ImageFeatures[] | undefined)[]): FeatureBatch {
  const matrix = (from: number) =>
    Float32Array.from(images.flatMap((_, row) => [from + row, from + row + 0.5]));
  return {
    ...{ model: 'm1', preprocessing: 'squash' },
    exams: images.map((own, row) => ({
      exam: { program: 'north', patient: `P${row + 1}`, exam: '1' },
      requestId: `r${row + 1}`,
      eyes: { left: row !== 2, right: true },
      images: own,
    })),
    matrices: {
      ...{ leftVisual: matrix(10), rightVisual: matrix(20), left: matrix(30), right: matrix(40) },
      patient: matrix(50),
    },
  };
}

const SHARD = shardOf(batchOf([undefined, SEVERAL, LAST]));

/** A tensor's bytes, by safetensors' own description. */
function bytesOf(file: Uint8Array, name: string) {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  const {
    dtype,
    shape,
    data_offsets: at,
  } = JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString())[name];
  return { dtype, shape, bytes: Buffer.from(file.subarray(8 + length + at[0], 8 + length + at[1])) };
}
const integers = (file: Uint8Array) => {
  const { bytes } = bytesOf(file, 'image_row');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
};

describe('a shard with an exam of several images', () => {
  it('holds every image of such exams beside the primary ones', () => {
    expect(integers(SHARD)).toEqual([1, 1, 1, 2, 2]);
    expect(bytesOf(SHARD, 'image_row')).toMatchObject({ dtype: 'I32', shape: [5] });
    const visual = bytesOf(SHARD, 'image_visual');
    expect(visual).toMatchObject({ dtype: 'F32', shape: [5, 2] });
    const numbers = Array.from({ length: 10 }, (_, index) => visual.bytes.readFloatLE(4 * index));
    expect(numbers).toEqual([71, 72, 81, 82, 91, 92, 61, 62, 63, 64]);
    expect([...bytesOf(SHARD, 'image_laterality').bytes]).toEqual([0, 0, 1, 1, 1]);
    // Unknown, macula, disc, other.
    expect([...bytesOf(SHARD, 'image_field').bytes]).toEqual([0, 2, 1, 2, 1]);
    const { shape, bytes } = bytesOf(SHARD, 'image_key');
    // 29 letters, of which one takes two bytes.
    expect(shape).toEqual([5, 30]);
    expect(bytes.toString('utf8', 0, 30)).toBe('images/north/P2/1/links-ä.jpg');
    expect(bytes.toString('utf8', 90, 120)).toBe(`images/north/P3/1/r.jpg${'\0'.repeat(7)}`);
  });

  it('gives each exam its own images back, and none to an exam of one image an eye', () => {
    const stored = readShard(SHARD, 's');
    expect(stored.exam(0)).toStrictEqual({
      left: { visual: Float32Array.of(10, 10.5), mapped: Float32Array.of(30, 30.5) },
      right: { visual: Float32Array.of(20, 20.5), mapped: Float32Array.of(40, 40.5) },
      patient: Float32Array.of(50, 50.5),
    });
    expect(stored.exam(1)?.images).toEqual(SEVERAL);
    expect(stored.exam(2)?.images).toEqual(LAST);
    expect(stored.exam(2)?.left).toBeNull();
    expect(stored.exam(3)).toBeNull();
  });

  it('is what it was before to the byte where no exam has several', () => {
    // The hash is of the file that was written of these numbers before shards could hold further images.
    const matrix = (from: number) => Float32Array.of(from + 1, from + 2, from + 3, from + 4);
    const exam = (patient: string, requestId: string, left: boolean) => ({
      ...{ exam: { program: 'north', patient, exam: '2026-05-01' }, requestId, eyes: { left, right: true } },
    });
    const file = shardOf({
      ...{ model: 'm1', preprocessing: 'squash' },
      precision: { precision: 'fp16', equivalents: ['fp32', 'fp16'] },
      exams: [exam('P1', 'r1', true), exam('P2', 'r2', false)],
      matrices: {
        ...{ leftVisual: matrix(10), rightVisual: matrix(20), left: matrix(30), right: matrix(40) },
        patient: matrix(50),
      },
    });
    expect(file.length).toBe(596);
    expect(createHash('sha256').update(file).digest('hex')).toBe(
      '92da7996331768d9fb3c17a46edf3989b01422177e0c79f0a099543c9430696a',
    );
  });
});

describe('the row of an exam of several images', () => {
  it('is erased with all its images, and with no other', () => {
    const erased = eraseRow(SHARD, 1) as Uint8Array;
    expect(erased.length).toBe(SHARD.length);
    expect(integers(erased)).toEqual([-1, -1, -1, 2, 2]);
    for (const name of ['image_visual', 'image_laterality', 'image_field', 'image_key']) {
      const [before, after] = [bytesOf(SHARD, name).bytes, bytesOf(erased, name).bytes];
      const end = (before.length / 5) * 3;
      expect(after.subarray(0, end).every((byte) => byte === 0)).toBe(true);
      expect(after.subarray(end)).toEqual(before.subarray(end));
    }
    expect(Buffer.from(erased).includes('P2')).toBe(false);
    const stored = readShard(erased, 's');
    expect(stored.exam(1)).toEqual({ left: null, right: null, patient: Float32Array.of(0, 0) });
    expect(stored.exam(0)).toEqual(readShard(SHARD, 's').exam(0));
    expect(stored.exam(2)?.images).toEqual(LAST);
    expect(eraseRow(erased, 1)).toBeNull();
  });

  it('of one image an eye takes no image of another exam with it', () => {
    const erased = eraseRow(SHARD, 0) as Uint8Array;
    expect(integers(erased)).toEqual([1, 1, 1, 2, 2]);
    expect(bytesOf(erased, 'image_visual')).toEqual(bytesOf(SHARD, 'image_visual'));
    expect(readShard(erased, 's').exam(1)?.images).toEqual(SEVERAL);
    expect(eraseRow(erased, 0)).toBeNull();
  });

  it('is erased where only its images still hold something', () => {
    const zeros = { left_visual: { data: new Float32Array(6), shape: [3, 2] } };
    const { tensors } = decodeSafetensors(SHARD);
    const images = Object.fromEntries([...tensors].filter(([name]) => name.startsWith('image_')));
    const erased = eraseRow(encodeSafetensors({ ...zeros, ...images }, {}), 2);
    expect(integers(erased as Uint8Array)).toEqual([1, 1, 1, -1, -1]);
  });
});

describe('tensors of images that contradict themselves', () => {
  const changed = (change: Record<string, Tensor | undefined>) => {
    const { tensors, metadata } = decodeSafetensors(SHARD);
    const all = { ...Object.fromEntries(tensors), ...change };
    const left = Object.entries(all).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
    return encodeSafetensors(Object.fromEntries(left), metadata);
  };
  const rows = (...data: number[]) => ({ data: Int32Array.from(data), shape: [data.length] });
  const bytes = (...data: number[]) => ({ data: Uint8Array.from(data), shape: [data.length] });

  it.each<[string, Record<string, Tensor | undefined>]>([
    ['name an exam that is not there', { image_row: rows(1, 1, 1, 2, 3) }],
    ['name an exam before the first', { image_row: rows(1, 1, 1, 2, -2) }],
    ['count fewer images', { image_row: rows(1, 1, 1, 2) }],
    ['count exams in bytes', { image_row: bytes(1, 1, 1, 2, 2) }],
    ['have no numbers', { image_visual: undefined }],
    ['have other channels', { image_visual: { data: new Float32Array(15), shape: [5, 3] } }],
    ['know a third eye', { image_laterality: bytes(0, 0, 2, 1, 1) }],
    ['have no eyes', { image_laterality: undefined }],
    ['know a fourth field', { image_field: bytes(0, 4, 1, 2, 1) }],
    ['have no keys', { image_key: undefined }],
    ['have an empty key', { image_key: { data: new Uint8Array(5), shape: [5, 1] } }],
  ])('are refused where they %s', (_, change) => {
    expect(() => readShard(changed(change), 'features/s')).toThrow(DamagedShardError);
    expect(() => readShard(changed(change), 'features/s')).toThrow('features/s');
  });

  it.each<[string, Record<string, Tensor | undefined>]>([
    ['say of no exam', { image_row: undefined }],
    ['count exams in bytes', { image_row: bytes(1, 1, 1, 2, 2) }],
    ['have fewer keys than images', { image_key: { data: new Uint8Array(2), shape: [2, 1] } }],
  ])('are not erased where they %s', (_, change) => {
    expect(() => eraseRow(changed(change), 1)).toThrow(MalformedTensorsError);
  });
});
