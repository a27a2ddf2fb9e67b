import { ModelError, UnreadableFileError } from '../errors.ts';
import { unpickle } from './pickle/unpickler.ts';
import { PickledTensors } from './pickled-tensors.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import type { TensorArchive } from './weights.ts';
import { contentOffset, readZipDirectory, verifyChecksum, type ZipEntry } from './zip-directory.ts';

/** An optimizer's state has a pickle of some megabytes; no checkpoint has more. */
export const LARGEST_PICKLE = 64 * 1024 * 1024;
/** `little` or `big`. */
const LONGEST_BYTE_ORDER = 16;

/** @throws UnreadableFileError if the archive's numbers are big-endian */
async function refuseByteOrder(file: RandomAccessFile, order: ZipEntry | undefined): Promise<void> {
  if (order === undefined) return;
  if (order.bytes > LONGEST_BYTE_ORDER)
    throw new UnreadableFileError(`"${file.path}" does not say its byte order. Save it again.`);
  await verifyChecksum(file, order);
  const text = (await file.read(await contentOffset(file, order), order.bytes)).toString('utf8');
  if (text !== 'little')
    throw new UnreadableFileError(
      `"${file.path}" is in ${text}-endian order. Save it again on a little-endian machine.`,
    );
}

/** Names the file in an error of what it holds. */
export async function namingFile<T>(file: RandomAccessFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ModelError) || error.message.includes(file.path)) throw error;
    const Kind = error.constructor as typeof ModelError;
    throw new Kind(`"${file.path}": ${error.message}`, { cause: error });
  }
}

/**
 * Reads the archive that `torch.save` writes since PyTorch 1.6: a zip file with a pickle that describes tensors and one
 * stored entry of numbers each. Opening reads the pickle only.
 *
 * @throws UnreadableFileError, UnsafePickleError
 */
export async function openTorchArchive(file: RandomAccessFile): Promise<TensorArchive> {
  const entries = await readZipDirectory(file);
  const pickle = [...entries.values()].find((entry) => /^(?:[^/]+\/)?data\.pkl$/.test(entry.name));
  if (pickle === undefined) {
    throw new UnreadableFileError(
      `"${file.path}" is a zip file but no PyTorch checkpoint: it has no data.pkl.`,
    );
  }
  const prefix = pickle.name.slice(0, -'data.pkl'.length);
  await refuseByteOrder(file, entries.get(`${prefix}byteorder`));
  if (pickle.bytes > LARGEST_PICKLE)
    throw new UnreadableFileError(`The pickle of "${file.path}" is too long.`);
  // Several tensors may be views of one storage: its checksum is computed once.
  const verified = new Set<ZipEntry>();
  return namingFile(file, async () => {
    await verifyChecksum(file, pickle);
    const value = unpickle(await file.read(await contentOffset(file, pickle), pickle.bytes));
    return new PickledTensors(file, value, async (key) => {
      const entry = entries.get(`${prefix}data/${key}`);
      if (entry === undefined) return undefined;
      if (!verified.has(entry)) await verifyChecksum(file, entry);
      verified.add(entry);
      return { offset: await contentOffset(file, entry), bytes: entry.bytes };
    });
  });
}
