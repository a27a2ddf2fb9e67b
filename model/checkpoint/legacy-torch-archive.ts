import { UnreadableFileError } from '../errors.ts';
import { ELEMENT_BYTES } from './element-types.ts';
import { type FirstPickle, unpickleFirst } from './pickle/unpickler.ts';
import type { PickleValue, Storage } from './pickle/values.ts';
import { PickledTensors, type StoragePlace } from './pickled-tensors.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import { LARGEST_PICKLE, namingFile } from './torch-archive.ts';
import type { TensorArchive } from './weights.ts';

/** What the first pickle of such a file holds: `MAGIC_NUMBER` of `torch.serialization`. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
/** `PROTOCOL_VERSION` of `torch.serialization`. */
const PROTOCOL = 1001;
/** Before each storage's numbers: how many there are. */
const COUNT_BYTES = 8;
const FIRST_WINDOW = 64 * 1024;

/**
 * Reads the pickle that begins at a place. Its length is not told: a window is enlarged until it holds the pickle, so that
 * memory stays bound by the pickle's own length.
 */
async function pickleAt(file: RandomAccessFile, offset: number): Promise<FirstPickle> {
  for (let window = FIRST_WINDOW; ; window *= 4) {
    const length = Math.min(window, LARGEST_PICKLE, file.bytes - offset);
    try {
      return unpickleFirst(await file.read(offset, length));
    } catch (error) {
      const isWhole = length < window || length === LARGEST_PICKLE;
      if (isWhole || !(error instanceof UnreadableFileError)) throw error;
    }
  }
}

/** Four pickles follow each other: a magic number, a version, facts of the machine, and what was saved. */
async function readPickles(file: RandomAccessFile): Promise<FirstPickle & { readonly end: number }> {
  const magic = await pickleAt(file, 0);
  if (magic.value !== MAGIC) {
    throw new UnreadableFileError(
      `"${file.path}" is a pickle but no PyTorch checkpoint. Save the weights by torch.save(model.state_dict(), …).`,
    );
  }
  const version = await pickleAt(file, magic.length);
  if (version.value !== PROTOCOL)
    throw new UnreadableFileError(`"${file.path}" is of a version of PyTorch's format that is not read.`);
  const machine = await pickleAt(file, magic.length + version.length);
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true)
    throw new UnreadableFileError(`"${file.path}" is not in little-endian order. Save it again.`);
  const begin = magic.length + version.length + machine.length;
  const content = await pickleAt(file, begin);
  return { ...content, end: begin + content.length };
}

function keysOf(file: RandomAccessFile, value: PickleValue): string[] {
  if (!Array.isArray(value) || value.some((key) => typeof key !== 'string'))
    throw new UnreadableFileError(`"${file.path}" does not list its storages: it is damaged.`);
  return value as string[];
}

/** Finds each storage's numbers behind the pickles: count, numbers, count, numbers, in the order of the keys. */
async function findStorages(
  file: RandomAccessFile,
  keys: readonly string[],
  storages: ReadonlyMap<string, Storage>,
  begin: number,
): Promise<ReadonlyMap<string, StoragePlace>> {
  const places = new Map<string, StoragePlace>();
  let at = begin;
  for (const key of keys) {
    const storage = storages.get(key);
    const count = Number((await file.read(at, COUNT_BYTES)).readBigInt64LE());
    if (storage === undefined || storage.type === null || count !== storage.elements || places.has(key))
      throw new UnreadableFileError(
        `Storage "${key}" of "${file.path}" is not what its pickle says: the file is damaged.`,
      );
    const bytes = count * ELEMENT_BYTES[storage.type];
    if (at + COUNT_BYTES + bytes > file.bytes)
      throw new UnreadableFileError(`"${file.path}" breaks off in storage "${key}". Fetch it again.`);
    places.set(key, { offset: at + COUNT_BYTES, bytes });
    at += COUNT_BYTES + bytes;
  }
  if (at !== file.bytes)
    throw new UnreadableFileError(`"${file.path}" goes on behind its last storage: it is damaged.`);
  return places;
}

/**
 * Reads what `torch.save` wrote before PyTorch 1.6, and writes with `_use_new_zipfile_serialization=False`. It has no
 * checksums: damage within numbers shows only where they are no numbers any more.
 *
 * @throws UnreadableFileError, UnsafePickleError
 * @see https://github.com/pytorch/pytorch/blob/main/torch/serialization.py, `_legacy_save`
 */
export function openLegacyTorchArchive(file: RandomAccessFile): Promise<TensorArchive> {
  return namingFile(file, async () => {
    const { value, storages, end } = await readPickles(file);
    const { value: list, length } = await pickleAt(file, end);
    const places = await findStorages(file, keysOf(file, list), storages, end + length);
    return new PickledTensors(file, value, async (key) => places.get(key));
  });
}
