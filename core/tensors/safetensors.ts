import { ELEMENT_WIDTHS, headerOfFile, LENGTH_BYTES, MalformedTensorsError } from './safetensors-header.ts';

/** Numbers and their shape: float32, int32 or uint8. */
export interface Tensor {
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** What is said of a tensor before its numbers are written. */
export interface TensorOutline {
  readonly name: string;
  /** Its type's name in the format: a key of `ELEMENT_WIDTHS`. */
  readonly type: string;
  readonly shape: readonly number[];
}

/** What a safetensors file holds. */
export interface TensorsFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

function typeOf({ data }: Tensor): 'F32' | 'I32' | 'U8' {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

function numbersOf(type: 'F32' | 'I32' | 'U8', bytes: Uint8Array<ArrayBuffer>): Tensor['data'] {
  switch (type) {
    case 'F32':
      return new Float32Array(bytes.buffer);
    case 'I32':
      return new Int32Array(bytes.buffer);
    case 'U8':
      return bytes;
  }
}

/**
 * The beginning of a safetensors file: the header's length and the header, filled up with spaces to a multiple of eight
 * bytes. The numbers of the tensors follow in the given order.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function safetensorsHeader(
  tensors: readonly TensorOutline[],
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = metadata === undefined ? {} : { __metadata__: metadata };
  let begin = 0;
  for (const { name, type, shape } of tensors) {
    const end = shape.reduce((product, size) => product * size, ELEMENT_WIDTHS[type] ?? 0) + begin;
    header[name] = { dtype: type, shape, data_offsets: [begin, end] };
    begin = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const file = Buffer.alloc(LENGTH_BYTES + Math.ceil(text.length / 8) * 8, ' ');
  file.writeBigUInt64LE(BigInt(file.length - LENGTH_BYTES));
  text.copy(file, LENGTH_BYTES);
  return file;
}

/** Encodes named tensors and texts as a safetensors file. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  // Wider elements first keep every tensor aligned.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  const header = safetensorsHeader(
    entries.map(([name, tensor]) => ({ name, type: typeOf(tensor), shape: tensor.shape })),
    metadata,
  );
  const numbers = entries.map(
    ([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return Buffer.concat([header, ...numbers]);
}

/**
 * Reads a safetensors file of float32, int32 and uint8 tensors.
 *
 * @throws MalformedTensorsError if it is cut, contradicts itself or holds another type
 */
export function decodeSafetensors(file: Uint8Array): TensorsFile {
  const header = headerOfFile(file);
  const tensors = new Map<string, Tensor>();
  const { dataFrom, metadata } = header;
  for (const { name, type, shape, begin, end } of header.tensors.values()) {
    if (type !== 'F32' && type !== 'I32' && type !== 'U8')
      throw new MalformedTensorsError(`tensor "${name}" has the type ${type}`);
    // A copy begins at an aligned address.
    const part = new Uint8Array(file.subarray(dataFrom + begin, dataFrom + end));
    tensors.set(name, { shape, data: numbersOf(type, part) });
  }
  return { tensors, metadata };
}
