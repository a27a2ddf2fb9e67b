import { z } from 'zod';
import { UnreadableFileError } from '../errors.ts';
import { ELEMENT_BYTES, elementsOf, toFloat32 } from './element-types.ts';
import type { RandomAccessFile } from './random-access-file.ts';
import type { StoredType, TensorArchive, TensorDescription } from './weights.ts';

/** The format itself allows no longer header. */
const LARGEST_HEADER = 100_000_000;

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

const offset = z.number().int().nonnegative();
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(offset),
  data_offsets: z.tuple([offset, offset]),
});

const metadataSchema = z.record(z.string(), z.string());

interface Placed extends TensorDescription {
  readonly offset: number;
  readonly bytes: number;
}

function place(path: string, name: string, value: unknown): Placed {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success)
    throw new UnreadableFileError(`Tensor "${name}" of "${path}" is badly described: the file is damaged.`);
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  const type = TYPES[dtype];
  if (type === undefined)
    throw new UnreadableFileError(`Tensor "${name}" of "${path}" has the unknown type ${dtype}.`);
  const bytes = elementsOf(shape) * ELEMENT_BYTES[type];
  if (end - begin !== bytes)
    throw new UnreadableFileError(
      `Tensor "${name}" of "${path}" has ${end - begin} bytes where its shape needs ${bytes}.`,
    );
  return { name, type, shape, offset: begin, bytes };
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
    this.metadata = rest.metadata;
    this.#file = file;
    this.#placed = placed;
    this.#dataOffset = rest.dataOffset;
  }

  static async open(file: RandomAccessFile): Promise<SafetensorsArchive> {
    const length = Number((await file.read(0, 8)).readBigUInt64LE());
    if (length > LARGEST_HEADER) throw new UnreadableFileError(`"${file.path}" is no safetensors file.`);
    let header: unknown;
    try {
      header = JSON.parse((await file.read(8, length)).toString('utf8'));
    } catch (error) {
      if (error instanceof UnreadableFileError) throw error;
      throw new UnreadableFileError(`"${file.path}" has no readable safetensors header.`);
    }
    if (header === null || typeof header !== 'object')
      throw new UnreadableFileError(`"${file.path}" has no readable safetensors header.`);
    const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
    const placed = new Map(entries.map(([name, value]) => [name, place(file.path, name, value)]));
    const dataOffset = 8 + length;
    for (const { name, offset: begin, bytes } of placed.values()) {
      if (dataOffset + begin + bytes > file.bytes) {
        throw new UnreadableFileError(
          `"${file.path}" breaks off before the end of tensor "${name}". Fetch it again.`,
        );
      }
    }
    const metadata = metadataSchema.safeParse('__metadata__' in header ? header.__metadata__ : {});
    if (!metadata.success)
      throw new UnreadableFileError(`"${file.path}" has metadata that are no texts: the file is damaged.`);
    return new SafetensorsArchive(file, placed, { dataOffset, metadata: metadata.data });
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
