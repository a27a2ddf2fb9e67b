import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelError } from '../errors.ts';
import { freeBuffer } from '../free-buffer.ts';
import { type GraphBuilder, type Initializer, MICROSOFT } from './graph-builder.ts';
import { ELEMENT_TYPES, encode, encodePrefix, STREAMED_TAGS } from './schema.ts';

/** Versions that every ONNX Runtime since 1.17 reads. */
const IR_VERSION = 8;
const OPSET = 17;
/** Protobuf counts in 31 bits. */
const LARGEST_FILE = 2 ** 31 - 1;

/** Smaller constants stay in the graph's own file: shapes and indices are needed before the weights are read. */
const LEAST_OUTSIDE = 1024;
/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;
/** Constants in another file begin at multiples of it, so that they can be mapped into memory. */
const PAGE_BYTES = 4096;

/** Name of the file that holds a graph's weights where its own cannot. */
export function weightsFileOf(graphFile: string): string {
  return `${graphFile}.data`;
}

interface Framed {
  readonly initializer: Initializer;
  readonly header: Uint8Array;
  readonly rawPrefix: Uint8Array;
  readonly bytes: number;
  /** Where its numbers begin in the other file; `null` where they are in the graph's own. */
  readonly outside: number | null;
}

/** @param outside where its numbers lie in another file */
function frame(
  { name, shape, type, bytes, ...rest }: Initializer,
  outside: { readonly location: string; readonly offset: number } | null = null,
): Framed {
  const initializer = { name, shape, type, bytes, ...rest };
  const tensor = { name, dims: shape, dataType: ELEMENT_TYPES[type] };
  if (outside === null) {
    const header = encode('TensorHeader', tensor);
    const rawPrefix = encodePrefix(STREAMED_TAGS.tensorRawData, bytes);
    return { initializer, header, rawPrefix, bytes: header.length + rawPrefix.length + bytes, outside };
  }
  const entries = { location: outside.location, offset: outside.offset, length: bytes };
  const externalData = Object.entries(entries).map(([key, value]) => ({ key, value: String(value) }));
  const header = encode('TensorHeader', { ...tensor, externalData, dataLocation: EXTERNAL });
  return { initializer, header, rawPrefix: new Uint8Array(), bytes: header.length, outside: outside.offset };
}

/** @param location the file that takes what is not small */
function frameOutside(graph: GraphBuilder, location: string): Framed[] {
  let end = 0;
  return graph.initializers.map((initializer) => {
    if (initializer.bytes < LEAST_OUTSIDE) return frame(initializer);
    const offset = Math.ceil(end / PAGE_BYTES) * PAGE_BYTES;
    end = offset + initializer.bytes;
    return frame(initializer, { location, offset });
  });
}

function graphHeaderOf(graph: GraphBuilder): Uint8Array {
  const { nodes: node, name, inputs: input, outputs: output } = graph;
  return encode('GraphHeader', { node, name, input, output });
}

function prefixesOf(tensors: readonly Framed[]): Uint8Array[] {
  return tensors.map(({ bytes }) => encodePrefix(STREAMED_TAGS.graphInitializer, bytes));
}

function bytesOf(tensors: readonly Framed[], graphHeader: Uint8Array): number {
  const prefixes = prefixesOf(tensors);
  return tensors.reduce(
    (sum, { bytes }, index) => sum + bytes + (prefixes[index]?.length ?? 0),
    graphHeader.length,
  );
}

async function load({ load: read, name, bytes }: Initializer): Promise<Uint8Array> {
  const content = await read();
  if (content.byteLength !== bytes)
    throw new ModelError(`Expected ${bytes} bytes for "${name}" but received ${content.byteLength}.`);
  return content;
}

async function* framedBytes(graph: GraphBuilder, tensors: readonly Framed[]): AsyncGenerator<Uint8Array> {
  const graphHeader = graphHeaderOf(graph);
  const prefixes = prefixesOf(tensors);
  yield encode('ModelHeader', {
    irVersion: IR_VERSION,
    producerName: 'retclip-screening',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: MICROSOFT, version: 1 },
    ],
  });
  yield encodePrefix(STREAMED_TAGS.modelGraph, bytesOf(tensors, graphHeader));
  yield graphHeader;
  for (const [index, { initializer, header, rawPrefix, outside }] of tensors.entries()) {
    yield Buffer.concat([prefixes[index] ?? new Uint8Array(), header, rawPrefix]);
    if (outside !== null) continue;
    const content = await load(initializer);
    yield content;
    freeBuffer(content);
  }
}

/**
 * The bytes of an ONNX model, piece by piece: constants are fetched one at a time, so that no more than the largest is
 * in memory. Lengths are known beforehand from the shapes.
 *
 * @throws ModelError if the model is larger than one file may be, or a constant has other bytes than its shape
 */
export async function* modelBytes(graph: GraphBuilder): AsyncGenerator<Uint8Array> {
  const tensors = graph.initializers.map((initializer) => frame(initializer));
  const bytes = bytesOf(tensors, graphHeaderOf(graph));
  if (bytes > LARGEST_FILE) {
    throw new ModelError(`Graph "${graph.name}" has ${bytes} bytes; an ONNX file holds at most 2 GiB.`);
  }
  yield* framedBytes(graph, tensors);
}

/** Brings a file onto the disk. */
async function writeFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes an ONNX file and brings it onto the disk. Protobuf counts in 31 bits: the weights of a larger model go into a
 * second file beside it, as ONNX's external data.
 *
 * @param largest bytes that one file may have
 * @returns names of the files that were written, the graph's first
 * @see https://onnx.ai/onnx/repo-docs/ExternalData.html
 */
export async function writeModel(
  path: string,
  graph: GraphBuilder,
  largest = LARGEST_FILE,
): Promise<readonly string[]> {
  const name = basename(path);
  const whole = graph.initializers.map((initializer) => frame(initializer));
  const isSplit = bytesOf(whole, graphHeaderOf(graph)) > largest;
  const tensors = isSplit ? frameOutside(graph, weightsFileOf(name)) : whole;
  await writeFile(path, async (file) => {
    for await (const bytes of framedBytes(graph, tensors)) await file.writeFile(bytes);
  });
  if (!isSplit) return [name];
  await writeFile(weightsFileOf(path), async (file) => {
    let at = 0;
    for (const { initializer, outside } of tensors) {
      if (outside === null) continue;
      const content = await load(initializer);
      await file.writeFile(Buffer.alloc(outside - at));
      await file.writeFile(content);
      at = outside + content.byteLength;
      freeBuffer(content);
    }
  });
  return [name, weightsFileOf(name)];
}

/** A small model whole in memory. */
export async function encodeModel(graph: GraphBuilder): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const bytes of modelBytes(graph)) parts.push(Uint8Array.from(bytes));
  return Buffer.concat(parts);
}
