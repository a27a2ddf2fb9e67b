import { describe, expect, it, vi } from 'vitest';
import { DamagedShardError, ObjectChangedError } from '../errors.ts';
import { encodeSafetensors } from '../tensors/safetensors.ts';
import { MalformedTensorsError } from '../tensors/safetensors-header.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { eraseFeatures } from './erase-features.ts';
import { eraseRow } from './erase-row.ts';

/** Three exams; no number is zero, and no tensor is like another. */
const SHARD = encodeSafetensors(
  {
    left: { data: Float32Array.of(11, 12, 21, 22, 31, 32), shape: [3, 2] },
    right: { data: Float32Array.of(41, 42, 51, 52, 61, 62), shape: [3, 2] },
    present: { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
  },
  { model: 'm1' },
);

/** The numbers behind the header: two tensors of six floats, then six bytes. */
function numbersOf(shard: Uint8Array) {
  const view = new DataView(shard.buffer, shard.byteOffset, shard.byteLength);
  const begin = 8 + Number(view.getBigUint64(0, true));
  const floats = (from: number) =>
    Array.from({ length: 6 }, (_, index) => view.getFloat32(begin + from + 4 * index, true));
  return { left: floats(0), right: floats(24), present: [...shard.subarray(begin + 48)] };
}

describe("an exam's row", () => {
  it.each([
    [0, [0, 0, 21, 22, 31, 32], [0, 0, 51, 52, 61, 62], [0, 0, 3, 4, 5, 6]],
    [1, [11, 12, 0, 0, 31, 32], [41, 42, 0, 0, 61, 62], [1, 2, 0, 0, 5, 6]],
    [2, [11, 12, 21, 22, 0, 0], [41, 42, 51, 52, 0, 0], [1, 2, 3, 4, 0, 0]],
  ])('%i is zeros in every tensor, and it alone', (row, left, right, present) => {
    const erased = eraseRow(SHARD, row);
    expect(numbersOf(erased ?? SHARD)).toEqual({ left, right, present });
    expect(erased?.length).toBe(SHARD.length);
    expect(eraseRow(erased ?? SHARD, row)).toBeNull();
  });

  it('is erased where only one tensor still has it', () => {
    const file = encodeSafetensors(
      {
        left: { data: Float32Array.of(0, 7), shape: [2, 1] },
        right: { data: Float32Array.of(5, 0), shape: [2, 1] },
      },
      {},
    );
    expect(eraseRow(file, 0)).not.toBeNull();
    expect(eraseRow(file, 1)).not.toBeNull();
  });

  it.each([3, 4])('%i is not there', (row) => {
    expect(() => eraseRow(SHARD, row)).toThrow(MalformedTensorsError);
    expect(() => eraseRow(SHARD, row)).toThrow(`tensor "left" has no row ${row}`);
  });

  const withHeader = (header: unknown) => {
    const text = Buffer.from(JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text, Buffer.alloc(4)]);
  };

  it.each([
    ['no header', Buffer.from('short'), /no safetensors header/],
    [
      'a header that is no JSON',
      Buffer.from('\x02\0\0\0\0\0\0\0{{'),
      /no safetensors header that can be read/,
    ],
    [
      'a header that is none',
      withHeader({ left: { shape: [], data_offsets: [0, 4] } }),
      /tensor "left" is badly described/,
    ],
    [
      'a tensor that ends before it begins',
      withHeader({ left: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }),
      /tensor "left" has -4 bytes/,
    ],
    [
      'a tensor that is cut',
      withHeader({ left: { dtype: 'U8', shape: [5], data_offsets: [0, 5] } }),
      /breaks off before the end of tensor "left"/,
    ],
    [
      'a tensor without rows',
      withHeader({ left: { dtype: 'F32', shape: [], data_offsets: [0, 4] } }),
      /tensor "left" has no row 0/,
    ],
  ])('cannot be found in a shard with %s', (_, shard, message) => {
    expect(() => eraseRow(shard, 0)).toThrow(MalformedTensorsError);
    expect(() => eraseRow(shard, 0)).toThrow(message);
  });

  it('is found in a tensor that ends with the file', () => {
    const shard = withHeader({ left: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
    expect(eraseRow(shard, 0)).toBeNull();
  });
});

describe('the features of an exam', () => {
  const PLACE = { shard: 'features/m1/s.safetensors', row: 1 };

  it('are left in no version of their shard', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const options = { contentType: 'application/octet-stream', metadata: { made: 'here' } };
    await objects.put(PLACE.shard, SHARD, options);
    await objects.put(`${PLACE.shard}.other`, SHARD);
    expect(await eraseFeatures(objects, PLACE)).toBe('erased');
    const { content, object } = await objects.get(PLACE.shard);
    expect(numbersOf(content).left).toEqual([11, 12, 0, 0, 31, 32]);
    expect(object).toMatchObject(options);
    const versions = async () =>
      (await objects.listVersions(PLACE.shard, { limit: 9 })).items.map(({ key }) => key);
    expect((await versions()).toSorted()).toEqual([PLACE.shard, `${PLACE.shard}.other`]);
    expect(await eraseFeatures(objects, PLACE)).toBe('erased-before');
    expect(await versions()).toHaveLength(2);
  });

  it('of two exams in one shard go, and the rest stays, when both are erased at once', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD);
    const listVersions = objects.listVersions.bind(objects);
    vi.spyOn(objects, 'listVersions').mockImplementationOnce(async (...words) => {
      // The first has written and not yet looked for former versions.
      expect(await eraseFeatures(objects, { ...PLACE, row: 0 })).toBe('erased');
      return listVersions(...words);
    });
    expect(await eraseFeatures(objects, PLACE)).toBe('erased');
    expect(numbersOf((await objects.get(PLACE.shard)).content).left).toEqual([0, 0, 0, 0, 31, 32]);
    expect((await objects.listVersions(PLACE.shard, { limit: 9 })).items).toHaveLength(1);
  });

  it('are left in no version either when an earlier attempt has ended in between', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD);
    vi.spyOn(objects, 'listVersions').mockRejectedValueOnce(new Error('the process has died'));
    await expect(eraseFeatures(objects, PLACE)).rejects.toThrow('died');
    expect((await objects.listVersions(PLACE.shard, { limit: 9 })).items).toHaveLength(2);
    expect(await eraseFeatures(objects, PLACE)).toBe('erased-before');
    expect((await objects.listVersions(PLACE.shard, { limit: 9 })).items).toHaveLength(1);
  });

  it('are gone where their shard is', async () => {
    await using temporary = await temporaryHome();
    expect(await eraseFeatures(temporary.home.objects, PLACE)).toBe('absent');
  });

  it('are erased on top of what another has written to the shard meanwhile', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD);
    const genuine = objects.get.bind(objects);
    vi.spyOn(objects, 'get').mockImplementationOnce(async (...words) => {
      const before = await genuine(...words);
      await eraseFeatures(objects, { ...PLACE, row: 0 });
      return before;
    });
    expect(await eraseFeatures(objects, PLACE)).toBe('erased');
    expect(numbersOf((await objects.get(PLACE.shard)).content).left).toEqual([0, 0, 0, 0, 31, 32]);
  });

  it('are erased without a condition where the store keeps no versions', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD);
    const genuine = objects.get.bind(objects);
    vi.spyOn(objects, 'get').mockImplementation(async (...words) => {
      const { object, content } = await genuine(...words);
      return { content, object: { ...object, versionId: null } };
    });
    const put = vi.spyOn(objects, 'put');
    expect(await eraseFeatures(objects, PLACE)).toBe('erased');
    expect(put.mock.calls[0]?.[2]).not.toHaveProperty('ifLatest');
  });

  it('are not looked for in a shard that is damaged, and what was found is told', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD.subarray(0, -1));
    const erasing = eraseFeatures(objects, PLACE);
    await expect(erasing).rejects.toThrow(DamagedShardError);
    await expect(erasing).rejects.toMatchObject({ cause: expect.any(MalformedTensorsError) });
  });

  it('are tried twenty times against others, and no other fault is tried again', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(PLACE.shard, SHARD);
    const put = vi.spyOn(objects, 'put').mockRejectedValue(new ObjectChangedError('k', 'v'));
    await expect(eraseFeatures(objects, PLACE)).rejects.toThrow(ObjectChangedError);
    expect(put).toHaveBeenCalledTimes(20);
    put.mockRejectedValue(new Error('the disk is full'));
    await expect(eraseFeatures(objects, PLACE)).rejects.toThrow('the disk is full');
    expect(put).toHaveBeenCalledTimes(21);
  });
});
