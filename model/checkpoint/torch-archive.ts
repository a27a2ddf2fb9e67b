import { ModelError, UnreadableFileError } from '../errors.ts';
import { ELEMENT_BYTES, elementsOf, toFloat32 } from './element-types.ts';
import { unpickle } from './pickle/unpickler.ts';
import { kindOf, type PickleMap, type PickleValue, StoredTensor } from './pickle/values.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import { gather, isContiguous, spanOf } from './strides.ts';
import type { StoredType, TensorArchive, TensorDescription } from './weights.ts';
import { contentOffset, readZipDirectory, verifyChecksum, type ZipEntry } from './zip-directory.ts';

/** An optimizer's state has a pickle of some megabytes; no checkpoint has more. */
const LARGEST_PICKLE = 64 * 1024 * 1024;
/** `little` or `big`. */
const LONGEST_BYTE_ORDER = 16;
/** Keys under which training scripts keep the weights beside other things. */
const WRAPPERS = ['state_dict', 'model', 'model_state_dict'];

/** The dictionary of weights: the whole pickle, or the part of it that a training script wrapped. */
function stateDict(path: string, value: PickleValue): PickleMap {
  if (!(value instanceof Map)) {
    throw new UnreadableFileError(
      `"${path}" holds ${kindOf(value)} instead of a dictionary of weights. Save the state dict: torch.save(model.state_dict(), …).`,
    );
  }
  for (const wrapper of WRAPPERS) {
    const inner = value.get(wrapper);
    if (inner instanceof Map) return inner;
  }
  return value;
}

function typeOf(tensor: StoredTensor, name: string): StoredType {
  const { type } = tensor.storage;
  if (type === null)
    throw new UnreadableFileError(`Tensor "${name}" lies in an untyped storage. Save it again.`);
  return type;
}

/**
 * Reads the archive that `torch.save` writes: a zip file with a pickle that describes tensors and one stored entry of
 * numbers each. Opening reads the pickle only.
 *
 * @throws UnreadableFileError, UnsafePickleError
 */
export class TorchArchive implements TensorArchive {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  readonly #file: RandomAccessFile;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  readonly #prefix: string;
  readonly #stored = new Map<string, StoredTensor>();
  readonly #verified = new Set<ZipEntry>();

  private constructor(
    file: RandomAccessFile,
    entries: ReadonlyMap<string, ZipEntry>,
    prefix: string,
    weights: PickleMap,
  ) {
    this.path = file.path;
    this.#file = file;
    this.#entries = entries;
    this.#prefix = prefix;
    const tensors = new Map<string, TensorDescription>();
    for (const [name, value] of weights) {
      if (!(value instanceof StoredTensor) || typeof name !== 'string') continue;
      this.#stored.set(name, value);
      tensors.set(name, { name, type: typeOf(value, name), shape: value.shape });
    }
    this.tensors = tensors;
  }

  static async open(file: RandomAccessFile): Promise<TorchArchive> {
    const entries = await readZipDirectory(file);
    const pickle = [...entries.values()].find((entry) => /^(?:[^/]+\/)?data\.pkl$/.test(entry.name));
    if (pickle === undefined) {
      throw new UnreadableFileError(
        `"${file.path}" is a zip file but no PyTorch checkpoint: it has no data.pkl.`,
      );
    }
    const prefix = pickle.name.slice(0, -'data.pkl'.length);
    const order = entries.get(`${prefix}byteorder`);
    if (order !== undefined) {
      if (order.bytes > LONGEST_BYTE_ORDER)
        throw new UnreadableFileError(`"${file.path}" does not say its byte order. Save it again.`);
      await verifyChecksum(file, order);
      const text = (await file.read(await contentOffset(file, order), order.bytes)).toString('utf8');
      if (text !== 'little')
        throw new UnreadableFileError(
          `"${file.path}" is in ${text}-endian order. Save it again on a little-endian machine.`,
        );
    }
    if (pickle.bytes > LARGEST_PICKLE)
      throw new UnreadableFileError(`The pickle of "${file.path}" is too long.`);
    try {
      await verifyChecksum(file, pickle);
      const value = unpickle(await file.read(await contentOffset(file, pickle), pickle.bytes));
      return new TorchArchive(file, entries, prefix, stateDict(file.path, value));
    } catch (error) {
      if (!(error instanceof ModelError) || error.message.includes(file.path)) throw error;
      const Kind = error.constructor as typeof ModelError;
      throw new Kind(`"${file.path}": ${error.message}`, { cause: error });
    }
  }

  async read(name: string): Promise<Float32Array<ArrayBuffer>> {
    const tensor = this.#stored.get(name);
    if (tensor === undefined) throw new UnreadableFileError(`"${this.path}" has no tensor "${name}".`);
    const entry = this.#entries.get(`${this.#prefix}data/${tensor.storage.key}`);
    if (entry === undefined)
      throw new UnreadableFileError(`"${this.path}" lacks the numbers of tensor "${name}".`);
    const type = typeOf(tensor, name);
    const size = ELEMENT_BYTES[type];
    const { shape, strides, offset } = tensor;
    const span = spanOf(shape, strides);
    // A view may repeat elements by a stride of 0; no weight has more elements than its storage.
    if ((offset + span) * size > entry.bytes || elementsOf(shape) * size > entry.bytes) {
      throw new UnreadableFileError(
        `Tensor "${name}" of "${this.path}" reaches beyond its storage: the file is damaged.`,
      );
    }
    const start = await this.#verifiedOffset(entry);
    const values = toFloat32(await this.#file.read(start + offset * size, span * size), type);
    return isContiguous(shape, strides) ? values : gather(values, shape, strides);
  }

  /** Several tensors may be views of one storage: its checksum is computed once. */
  async #verifiedOffset(entry: ZipEntry): Promise<number> {
    if (!this.#verified.has(entry)) await verifyChecksum(this.#file, entry);
    this.#verified.add(entry);
    return contentOffset(this.#file, entry);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
