import { basename } from 'node:path';
import { RandomAccessFile } from '../checkpoint/random-access-file.ts';
import { UnreadableFileError } from '../errors.ts';
import { weightsFileOf } from './write-model.ts';

type Message = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'entry';

/** Fields of ONNX's messages that lead to tensors. @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const PARTS: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  function: { 7: 'node' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {},
};
/** `data_location` of a tensor, 0 where the numbers are in the graph's own file. */
const LOCATION_FIELD = 14;
/** Longest key or value of an entry. */
const LONGEST_ENTRY = 512;
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

  async text(length: number): Promise<string> {
    if (length > LONGEST_ENTRY) throw new UnreadableFileError(`"${this.#file.path}" is no ONNX graph.`);
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < length; index += 1) bytes[index] = await this.byte();
    return bytes.toString('utf8');
  }
}

/**
 * Finds where a graph's weights lie beside its own file. ONNX lets a tensor name another file, by a path that the graph's
 * author chose: none is accepted but the one that {@link weightsFileOf} gives, whose hash the bundle lists.
 *
 * @returns names of files in the graph's folder: none, or the one of its weights
 * @throws UnreadableFileError if a tensor lies elsewhere, or the file is not an ONNX graph
 */
export async function externalFiles(path: string): Promise<readonly string[]> {
  const allowed = weightsFileOf(basename(path));
  const file = await RandomAccessFile.open(path);
  const cursor = new ProtobufCursor(file);
  const found = new Set<string>();
  const elsewhere = (what: string) =>
    new UnreadableFileError(
      `"${path}" has weights in another file (${what}), which its hash does not cover: it is not loaded. Save the graph with its weights inside, or in "${allowed}".`,
    );
  /** One entry of a tensor's external data. @returns whether it names a file */
  async function readEntry(end: number): Promise<boolean> {
    const entry: Record<number, string> = {};
    while (cursor.at < end) {
      const tag = await cursor.varint();
      if (tag % 8 !== 2) throw new UnreadableFileError(`"${path}" is no ONNX graph.`);
      const length = await cursor.varint();
      if (cursor.at + length > end) throw new UnreadableFileError(`"${path}" is no ONNX graph, or is cut.`);
      entry[Math.floor(tag / 8)] = await cursor.text(length);
    }
    const { 1: key = '', 2: value = '' } = entry;
    if (['offset', 'length'].includes(key)) return false;
    if (key !== 'location' || value !== allowed) throw elsewhere(`${key} ${JSON.stringify(value)}`);
    found.add(value);
    return true;
  }
  async function walk(message: Message, end: number, depth: number): Promise<void> {
    if (depth > DEEPEST) throw new UnreadableFileError(`"${path}" has graphs within graphs beyond measure.`);
    let isOutside = false;
    let locations = 0;
    while (cursor.at < end) {
      const tag = await cursor.varint();
      const [field, wire] = [Math.floor(tag / 8), tag % 8];
      let length = wire === 1 ? 8 : wire === 5 ? 4 : 0;
      let value = 0;
      if (wire === 0) value = await cursor.varint();
      else if (wire === 2) length = await cursor.varint();
      else if (wire !== 1 && wire !== 5) throw new UnreadableFileError(`"${path}" is no ONNX graph.`);
      if (cursor.at + length > end) throw new UnreadableFileError(`"${path}" is no ONNX graph, or is cut.`);
      if (message === 'tensor' && field === LOCATION_FIELD && (wire !== 0 || value !== 0)) isOutside = true;
      const part = wire === 2 ? PARTS[message][field] : undefined;
      if (part === 'entry') {
        if (await readEntry(cursor.at + length)) locations += 1;
      } else if (part === undefined) cursor.at += length;
      else await walk(part, cursor.at + length, depth + 1);
    }
    if (isOutside && locations === 0) throw elsewhere('unnamed');
  }
  try {
    await walk('model', file.bytes, 0);
  } finally {
    await file.close();
  }
  return [...found];
}
