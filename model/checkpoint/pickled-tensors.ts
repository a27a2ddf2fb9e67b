import { UnreadableFileError } from '../errors.ts';
import { ELEMENT_BYTES, elementsOf, toFloat32 } from './element-types.ts';
import { kindOf, type PickleMap, type PickleValue, StoredTensor } from './pickle/values.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import { gather, isContiguous, spanOf } from './strides.ts';
import type { StoredType, TensorArchive, TensorDescription } from './weights.ts';

/** Dictionaries within dictionaries: an optimizer's state has four. */
const DEEPEST = 8;

/** Where a storage's numbers lie in the file. */
export interface StoragePlace {
  readonly offset: number;
  readonly bytes: number;
}

/** Finds a storage's numbers and makes sure that they are undamaged; `undefined` if the file has none of that key. */
export type FindStorage = (key: string) => Promise<StoragePlace | undefined>;

function typeOf(tensor: StoredTensor, name: string): StoredType {
  const { type } = tensor.storage;
  if (type === null)
    throw new UnreadableFileError(`Tensor "${name}" lies in an untyped storage. Save it again.`);
  return type;
}

/** Every tensor of a dictionary and of those within it. A dictionary that lies at two places is listed at the first. */
function listTensors(top: PickleMap): Map<string, StoredTensor> {
  const found = new Map<string, StoredTensor>();
  const seen = new Set<PickleMap>();
  function walk(map: PickleMap, prefix: string, depth: number): void {
    if (seen.has(map) || depth > DEEPEST) return;
    seen.add(map);
    for (const [key, value] of map) {
      if (typeof key !== 'string' && typeof key !== 'number') continue;
      const name = `${prefix}${key}`;
      if (value instanceof Map) walk(value, `${name}.`, depth + 1);
      if (!(value instanceof StoredTensor)) continue;
      // Keys may hold dots themselves: {"a.b": …} and {"a": {"b": …}} would be one name.
      if (found.has(name)) throw new UnreadableFileError(`The tensor "${name}" is there twice.`);
      found.set(name, value);
    }
  }
  walk(top, '', 0);
  return found;
}

/** Tensors that a pickle describes, whose numbers lie elsewhere in the same file. */
export class PickledTensors implements TensorArchive {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  readonly keys: readonly string[];
  readonly files: readonly string[];
  readonly #file: RandomAccessFile;
  readonly #stored: ReadonlyMap<string, StoredTensor>;
  readonly #find: FindStorage;

  /** @throws UnreadableFileError if the pickle holds no dictionary */
  constructor(file: RandomAccessFile, value: PickleValue, find: FindStorage) {
    if (!(value instanceof Map)) {
      throw new UnreadableFileError(
        `"${file.path}" holds ${kindOf(value)} instead of a dictionary of weights. Save the state dict: torch.save(model.state_dict(), …).`,
      );
    }
    this.path = file.path;
    this.files = [file.path];
    this.keys = [...value.keys()].map((key) => (typeof key === 'string' ? key : kindOf(key)));
    this.#file = file;
    this.#find = find;
    this.#stored = listTensors(value);
    this.tensors = new Map(
      [...this.#stored].map(([name, tensor]) => [
        name,
        { name, type: typeOf(tensor, name), shape: tensor.shape },
      ]),
    );
  }

  async read(name: string): Promise<Float32Array<ArrayBuffer>> {
    const tensor = this.#stored.get(name);
    if (tensor === undefined) throw new UnreadableFileError(`"${this.path}" has no tensor "${name}".`);
    const place = await this.#find(tensor.storage.key);
    if (place === undefined)
      throw new UnreadableFileError(`"${this.path}" lacks the numbers of tensor "${name}".`);
    const type = typeOf(tensor, name);
    const size = ELEMENT_BYTES[type];
    const { shape, strides, offset } = tensor;
    const span = spanOf(shape, strides);
    // A view may repeat elements by a stride of 0; no weight has more elements than its storage.
    if ((offset + span) * size > place.bytes || elementsOf(shape) * size > place.bytes) {
      throw new UnreadableFileError(
        `Tensor "${name}" of "${this.path}" reaches beyond its storage: the file is damaged.`,
      );
    }
    const bytes = await this.#file.read(place.offset + offset * size, span * size);
    const values = toFloat32(bytes, type);
    return isContiguous(shape, strides) ? values : gather(values, shape, strides);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
