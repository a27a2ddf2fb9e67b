import {
  headerLength,
  LENGTH_BYTES,
  MalformedTensorsError,
  parseTensorsHeader,
  type TensorsHeader,
} from '../../core/tensors/safetensors-header.ts';
import { UnreadableFileError } from '../errors.ts';
import { ELEMENT_BYTES, elementsOf, toFloat32 } from './element-types.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import type { StoredType, TensorArchive, TensorDescription } from './weights.ts';

const TYPES: Readonly<Record<string, StoredType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

interface Placed extends TensorDescription {
  readonly offset: number;
}

/** Reads the header alone. */
async function headerOf(file: RandomAccessFile): Promise<TensorsHeader & { readonly dataOffset: number }> {
  const length = headerLength(await file.read(0, Math.min(LENGTH_BYTES, file.bytes)), file.bytes);
  const dataOffset = LENGTH_BYTES + length;
  const header = await file.read(LENGTH_BYTES, length);
  return { ...parseTensorsHeader(header, file.bytes - dataOffset), dataOffset };
}

/**
 * Reads a `.safetensors` file. Opening reads its header only.
 *
 * @throws UnreadableFileError
 * @see https://github.com/huggingface/safetensors#format
 */
export class SafetensorsArchive implements TensorArchive {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /** Texts that the file says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly keys: readonly string[];
  readonly files: readonly string[];
  readonly #file: RandomAccessFile;
  readonly #placed: ReadonlyMap<string, Placed>;
  readonly #dataOffset: number;

  private constructor(
    file: RandomAccessFile,
    placed: ReadonlyMap<string, Placed>,
    rest: { readonly dataOffset: number; readonly metadata: Readonly<Record<string, string>> },
  ) {
    this.path = file.path;
    this.tensors = placed;
    this.keys = [...placed.keys()];
    this.files = [file.path];
    this.metadata = rest.metadata;
    this.#file = file;
    this.#placed = placed;
    this.#dataOffset = rest.dataOffset;
  }

  static async open(file: RandomAccessFile): Promise<SafetensorsArchive> {
    try {
      const { tensors, metadata, dataOffset } = await headerOf(file);
      const placed = [...tensors.values()].map(({ name, type: stored, shape, begin }): [string, Placed] => {
        const type = TYPES[stored];
        if (type === undefined) throw new MalformedTensorsError(`tensor "${name}" has the type ${stored}`);
        return [name, { name, type, shape, offset: begin }];
      });
      return new SafetensorsArchive(file, new Map(placed), { dataOffset, metadata });
    } catch (error) {
      if (!(error instanceof MalformedTensorsError)) throw error;
      throw new UnreadableFileError(
        `"${file.path}" is no safetensors file that can be trusted: ${error.message}. Fetch it again.`,
        { cause: error },
      );
    }
  }

  async read(name: string): Promise<Float32Array<ArrayBuffer>> {
    return this.readPart(name, 0, elementsOf(this.#find(name).shape));
  }

  /** Reads some of a tensor's elements, in their order in the file. */
  async readPart(name: string, first: number, count: number): Promise<Float32Array<ArrayBuffer>> {
    const { type, offset: begin } = this.#find(name);
    const width = ELEMENT_BYTES[type];
    const place = this.#dataOffset + begin + first * width;
    return toFloat32(await this.#file.read(place, count * width), type);
  }

  #find(name: string): Placed {
    const tensor = this.#placed.get(name);
    if (tensor === undefined) throw new UnreadableFileError(`"${this.path}" has no tensor "${name}".`);
    return tensor;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
