import { RandomAccessFile } from '../checkpoint/random-access-file.ts';
import { UnreadableFileError } from '../errors.ts';

type Message = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'tensor' | 'sparse';

/** Fields of ONNX's messages that lead to tensors. @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const PARTS: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};
/** `external_data` and `data_location` of a tensor. */
const EXTERNAL_FIELDS: ReadonlySet<number> = new Set([13, 14]);
/** Graphs within graphs: a model's are one or two deep. */
const DEEPEST = 32;
const WINDOW_BYTES = 64 * 1024;

/** Reads a protobuf file's tags and lengths and passes over the rest, so that weights cost nothing. */
class ProtobufCursor {
  readonly #file: RandomAccessFile;
  #window = Buffer.alloc(0);
  #windowAt = 0;
  at = 0;

  constructor(file: RandomAccessFile) {
    this.#file = file;
  }

  async byte(): Promise<number> {
    if (this.at < this.#windowAt || this.at >= this.#windowAt + this.#window.length) {
      const length = Math.min(WINDOW_BYTES, this.#file.bytes - this.at);
      if (length <= 0) throw new UnreadableFileError(`"${this.#file.path}" breaks off.`);
      this.#window = await this.#file.read(this.at, length);
      this.#windowAt = this.at;
    }
    this.at += 1;
    return this.#window[this.at - 1 - this.#windowAt] ?? 0;
  }

  async varint(): Promise<number> {
    let value = 0;
    for (let shift = 0; shift < 10; shift += 1) {
      const byte = await this.byte();
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw new UnreadableFileError(`"${this.#file.path}" is no ONNX graph.`);
  }
}

/**
 * Makes sure that a graph has all its weights in its own file. ONNX lets a tensor name another file, by a path that the
 * graph's author chose, and its hash says nothing of what lies there.
 *
 * @throws UnreadableFileError if a tensor lies elsewhere, or the file is not an ONNX graph
 */
export async function refuseExternalData(path: string): Promise<void> {
  const file = await RandomAccessFile.open(path);
  const cursor = new ProtobufCursor(file);
  async function walk(message: Message, end: number, depth: number): Promise<void> {
    if (depth > DEEPEST) throw new UnreadableFileError(`"${path}" has graphs within graphs beyond measure.`);
    while (cursor.at < end) {
      const tag = await cursor.varint();
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      let length = wire === 1 ? 8 : wire === 5 ? 4 : 0;
      let value = 0;
      if (wire === 0) value = await cursor.varint();
      else if (wire === 2) length = await cursor.varint();
      else if (wire !== 1 && wire !== 5) throw new UnreadableFileError(`"${path}" is no ONNX graph.`);
      if (cursor.at + length > end) throw new UnreadableFileError(`"${path}" is no ONNX graph, or is cut.`);
      // A location of 0 says that the weights are here.
      if (message === 'tensor' && EXTERNAL_FIELDS.has(field) && (wire !== 0 || value !== 0)) {
        throw new UnreadableFileError(
          `"${path}" has weights in another file, which its hash does not cover: it is not loaded. Save the graph with its weights inside.`,
        );
      }
      const part = wire === 2 ? PARTS[message][field] : undefined;
      if (part === undefined) cursor.at += length;
      else await walk(part, cursor.at + length, depth + 1);
    }
  }
  try {
    await walk('model', file.bytes, 0);
  } finally {
    await file.close();
  }
}
