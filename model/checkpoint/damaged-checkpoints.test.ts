import { mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelError, UnreadableFileError } from '../errors.ts';
import { openRetClipWeights } from './open-retclip-weights.ts';
import { openTensorArchive } from './open-tensor-archive.ts';
import { writeSafetensorsCheckpoint } from './random/write-safetensors-checkpoint.ts';
import { GEOMETRIES, toldOf } from './testing/geometries.ts';
import { PickleWriter, type StorageReference, type TensorView } from './testing/pickle-writer.ts';
import { writeTorchCheckpoint } from './testing/write-checkpoint.ts';
import { ZipWriter } from './testing/zip-writer.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'damaged-'));
  path = join(directory, 'checkpoint.pt');
});
afterEach(() => rm(directory, { recursive: true }));

const VARIANT = { geometry: GEOMETRIES.tiny, seed: 'damaged' };
const TOLD = toldOf(GEOMETRIES.tiny);

async function sound(): Promise<Buffer> {
  await writeTorchCheckpoint(path, VARIANT);
  return readFile(path);
}

/** An archive with one tensor "w" of four float32 numbers, seen as told. */
async function oneTensor(view: TensorView, storage: Partial<StorageReference> = {}): Promise<void> {
  const zip = await ZipWriter.create(path);
  const pickle = new PickleWriter();
  pickle.dictionary([
    ['w', () => pickle.tensor({ type: 'FloatStorage', key: '0', elements: 4, ...storage }, view)],
  ]);
  await zip.add('archive/data.pkl', pickle.finish());
  await zip.add('archive/data/0', new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer));
  await zip.close();
}

describe('a file that is not a checkpoint', () => {
  it.each([
    ['an empty file', '', /empty/],
    ['a web page', '<!DOCTYPE html><html>', /web page/],
    ['a broken pickle', Buffer.from([0x80, 2, 0x8a]), /breaks off/],
    ['a photograph', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), /neither/],
    ['a zip of something else', 'PK\u0003\u0004 and nothing', /damaged|truncated/],
  ])('%s is refused by what it is', async (_, content, reason) => {
    await writeFile(path, content);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(reason);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(path);
  });

  it('a missing file and a folder are refused', async () => {
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(UnreadableFileError);
    await mkdir(path);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(UnreadableFileError);
  });
});

describe('a truncated checkpoint', () => {
  it('is refused wherever it breaks off', async () => {
    const { length } = await sound();
    for (const share of [0.001, 0.3, 0.9, 0.999]) {
      await sound();
      await truncate(path, Math.floor(length * share));
      await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(UnreadableFileError);
    }
  });

  it('in safetensors form is refused by the tensor that is cut', async () => {
    await writeSafetensorsCheckpoint(path, VARIANT);
    await truncate(path, (await readFile(path)).length - 1);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(/logit_scale_right.*Fetch it again/);
  });
});

describe('an archive', () => {
  it('with a compressed entry is refused: nothing is inflated', async () => {
    const zip = await ZipWriter.create(path);
    await zip.add('archive/data.pkl', Buffer.from('x'), 8);
    await zip.close();
    await expect(openTensorArchive(path)).rejects.toThrow(/data\.pkl.*compressed/);
  });

  it('without data.pkl is refused', async () => {
    const zip = await ZipWriter.create(path);
    await zip.add('word/document.xml', Buffer.from('<x/>'));
    await zip.close();
    await expect(openTensorArchive(path)).rejects.toThrow(/no data\.pkl/);
  });

  it('in the other byte order is refused', async () => {
    const zip = await ZipWriter.create(path);
    await zip.add('archive/data.pkl', new PickleWriter().dictionary([]).finish());
    await zip.add('archive/byteorder', Buffer.from('big'));
    await zip.close();
    await expect(openTensorArchive(path)).rejects.toThrow(/big-endian/);
  });

  it.each<[string, TensorView, Partial<StorageReference>, RegExp]>([
    ['reaches beyond its storage', { shape: [5] }, {}, /"w".*beyond/],
    ['begins beyond its storage', { shape: [2], offset: 3 }, {}, /"w".*beyond/],
    [
      'claims more than its storage by a stride of 0',
      { shape: [1 << 30, 8], strides: [0, 0] },
      {},
      /"w".*beyond/,
    ],
    ['has strides that leave its storage', { shape: [2, 2], strides: [3, 1] }, {}, /"w".*beyond/],
    ['names a storage that is not there', { shape: [4] }, { key: '7' }, /"w"/],
  ])('whose tensor %s is refused by name', async (_, view, storage, reason) => {
    await oneTensor(view, storage);
    const archive = await openTensorArchive(path);
    await expect(archive.read('w')).rejects.toThrow(reason);
    await archive.close();
  });

  it('with a way out of the archive as a storage key is refused', async () => {
    await oneTensor({ shape: [4] }, { key: '../../etc/passwd' });
    await expect(openTensorArchive(path)).rejects.toThrow(ModelError);
  });

  it.each<[string, TensorView, readonly number[]]>([
    ['transposed', { shape: [2, 2], strides: [1, 2] }, [1, 3, 2, 4]],
    ['offset', { shape: [2], offset: 1 }, [2, 3]],
    ['repeated by a stride of 0', { shape: [2, 2], strides: [0, 1] }, [1, 2, 1, 2]],
    ['scalar', { shape: [], offset: 3 }, [4]],
    ['empty', { shape: [0, 3] }, []],
  ])('with a %s view is read right', async (_, view, values) => {
    await oneTensor(view);
    const archive = await openTensorArchive(path);
    expect([...(await archive.read('w'))]).toEqual(values);
    await archive.close();
  });
});

describe('an archive whose parts contradict each other', () => {
  /** Two tensors and their pickle; then some bytes of the file are changed. */
  async function changed(change: (file: Buffer) => void): Promise<void> {
    const zip = await ZipWriter.create(path);
    const pickle = new PickleWriter();
    pickle.dictionary(
      ['a', 'b'].map((name, index) => [
        name,
        () => pickle.tensor({ type: 'FloatStorage', key: `${index}`, elements: 4 }, { shape: [4] }),
      ]),
    );
    await zip.add('archive/data.pkl', pickle.finish());
    await zip.add('archive/data/0', new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer));
    await zip.add('archive/data/1', new Uint8Array(new Float32Array([5, 6, 7, 8]).buffer));
    await zip.close();
    const file = await readFile(path);
    change(file);
    await writeFile(path, file);
  }
  const lastOf = (file: Buffer, text: string) => file.lastIndexOf(text);
  /** Where the entry's record in the directory begins. */
  const recordOf = (file: Buffer, name: string) => lastOf(file, name) - 46;

  it('because a number of a tensor was changed is refused by its entry, and the others are read', async () => {
    await changed((file) =>
      file.writeFloatLE(-3, file.indexOf(Buffer.from(new Float32Array([3, 4]).buffer))),
    );
    const archive = await openTensorArchive(path);
    await expect(archive.read('a')).rejects.toThrow(/entry "archive\/data\/0" is not what its checksum says/);
    await expect(archive.read('a')).rejects.toThrow(UnreadableFileError);
    expect([...(await archive.read('b'))]).toEqual([5, 6, 7, 8]);
    await archive.close();
  });

  it.each<[string, (file: Buffer) => void, RegExp]>([
    [
      'its pickle was changed',
      (file) => file.write('q', file.indexOf('a', 200)),
      /data\.pkl" is not what|calls itself/,
    ],
    [
      'an entry stands twice',
      (file) => file.write('0', lastOf(file, 'data/1') + 5),
      /"archive\/data\/0" twice/,
    ],
    [
      'two entries have the same bytes',
      (file) =>
        file.writeUInt32LE(
          file.readUInt32LE(recordOf(file, 'archive/data/0') + 42),
          recordOf(file, 'archive/data/1') + 42,
        ),
      /"archive\/data\/[01]" overlaps entry "archive\/data\/[01]"/,
    ],
    [
      'an entry reaches into the directory',
      (file) => {
        for (const field of [20, 24]) file.writeUInt32LE(5_000, recordOf(file, 'archive/data/1') + field);
      },
      /"archive\/data\/1" overlaps the directory/,
    ],
  ])('because %s is refused', async (_, change, reason) => {
    await changed(change);
    await expect(openTensorArchive(path)).rejects.toThrow(reason);
    await expect(openTensorArchive(path)).rejects.toThrow(UnreadableFileError);
  });

  it('because an entry calls itself otherwise is refused when it is read', async () => {
    await changed((file) => file.write('7', file.indexOf('data/1') + 5));
    const archive = await openTensorArchive(path);
    await expect(archive.read('b')).rejects.toThrow('"archive/data/1" calls itself "archive/data/7"');
    await archive.close();
  });
});
