import { open } from 'node:fs/promises';
import { ModelError } from '../errors.ts';
import { freeBuffer } from '../free-buffer.ts';
import { type GraphBuilder, type Initializer, MICROSOFT } from './graph-builder.ts';
import { ELEMENT_TYPES, encode, encodePrefix, STREAMED_TAGS } from './schema.ts';

/** Versions that every ONNX Runtime since 1.17 reads. */
const IR_VERSION = 8;
const OPSET = 17;
/** Protobuf counts in 31 bits. */
const LARGEST_FILE = 2 ** 31 - 1;

interface Framed {
  readonly initializer: Initializer;
  readonly header: Uint8Array;
  readonly rawPrefix: Uint8Array;
  readonly bytes: number;
}

function frame(initializer: Initializer): Framed {
  const { name, shape, type, bytes } = initializer;
  const header = encode('TensorHeader', { name, dims: shape, dataType: ELEMENT_TYPES[type] });
  const rawPrefix = encodePrefix(STREAMED_TAGS.tensorRawData, bytes);
  return { initializer, header, rawPrefix, bytes: header.length + rawPrefix.length + bytes };
}

/**
 * The bytes of an ONNX model, piece by piece: constants are fetched one at a time, so that no more than the largest is
 * in memory. Lengths are known beforehand from the shapes.
 *
 * @throws ModelError if the model is larger than the format allows, or a constant has other bytes than its shape
 */
export async function* modelBytes(graph: GraphBuilder): AsyncGenerator<Uint8Array> {
  const modelHeader = encode('ModelHeader', {
    irVersion: IR_VERSION,
    producerName: 'retclip-screening',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: MICROSOFT, version: 1 },
    ],
  });
  const graphHeader = encode('GraphHeader', {
    node: graph.nodes,
    name: graph.name,
    input: graph.inputs,
    output: graph.outputs,
  });
  const tensors = graph.initializers.map(frame);
  const prefixes = tensors.map(({ bytes }) => encodePrefix(STREAMED_TAGS.graphInitializer, bytes));
  const graphBytes = tensors.reduce(
    (sum, { bytes }, index) => sum + bytes + (prefixes[index]?.length ?? 0),
    graphHeader.length,
  );
  if (graphBytes > LARGEST_FILE) {
    throw new ModelError(
      `Graph "${graph.name}" has ${graphBytes} bytes; an ONNX file holds at most 2 GiB. Import it with --precision fp16.`,
    );
  }
  yield modelHeader;
  yield encodePrefix(STREAMED_TAGS.modelGraph, graphBytes);
  yield graphHeader;
  for (const [index, { initializer, header, rawPrefix }] of tensors.entries()) {
    const content = await initializer.load();
    if (content.byteLength !== initializer.bytes) {
      throw new ModelError(
        `Expected ${initializer.bytes} bytes for "${initializer.name}" but received ${content.byteLength}.`,
      );
    }
    yield Buffer.concat([prefixes[index] ?? new Uint8Array(), header, rawPrefix]);
    yield content;
    freeBuffer(content);
  }
}

/** Writes an ONNX file and brings it onto the disk. */
export async function writeModel(path: string, graph: GraphBuilder): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for await (const bytes of modelBytes(graph)) await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A small model whole in memory. */
export async function encodeModel(graph: GraphBuilder): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const bytes of modelBytes(graph)) parts.push(Uint8Array.from(bytes));
  return Buffer.concat(parts);
}
