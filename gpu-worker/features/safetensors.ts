import {
  headerLength,
  LENGTH_BYTES,
  MalformedTensorsError,
  parseTensorsHeader,
  type TensorsHeader,
} from '../../core/tensors/safetensors-header.ts';
import { WorkerError } from '../errors.ts';

/** A matrix of a shard. Rows are exams. */
export interface ShardTensor {
  readonly data: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

function bytesOf(data: Float32Array | Uint8Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Encodes named tensors and texts as a safetensors file.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, ShardTensor>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: metadata };
  // Wider elements first keep every tensor aligned.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { data, shape }] of entries) {
    const end = offset + data.byteLength;
    header[name] = { dtype: data instanceof Float32Array ? 'F32' : 'U8', shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...entries.map(([, { data }]) => bytesOf(data))]);
}

/** What a safetensors file holds. */
export interface DecodedShard {
  readonly tensors: ReadonlyMap<string, ShardTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a shard that {@link encodeSafetensors} wrote.
 *
 * @throws WorkerError if it is cut or damaged
 */
export function decodeSafetensors(file: Uint8Array, name: string): DecodedShard {
  let header: TensorsHeader;
  let dataFrom: number;
  try {
    dataFrom = LENGTH_BYTES + headerLength(file, file.byteLength);
    header = parseTensorsHeader(file.subarray(LENGTH_BYTES, dataFrom), file.byteLength - dataFrom);
  } catch (error) {
    if (!(error instanceof MalformedTensorsError)) throw error;
    throw damaged(name, error.message);
  }
  const tensors = new Map<string, ShardTensor>();
  for (const { name: tensor, type, shape, begin, end } of header.tensors.values()) {
    if (type !== 'F32' && type !== 'U8') throw damaged(name, `tensor "${tensor}" has the type ${type}`);
    // A copy begins at an aligned address.
    const part = new Uint8Array(file.subarray(dataFrom + begin, dataFrom + end));
    tensors.set(tensor, { shape, data: type === 'F32' ? new Float32Array(part.buffer) : part });
  }
  return { tensors, metadata: header.metadata };
}

function damaged(name: string, what: string): WorkerError {
  return new WorkerError(`Feature shard "${name}" is damaged: ${what}. Screen its exams again.`);
}
