import protobuf from 'protobufjs';
import { UnreadableFileError } from '../errors.ts';
import { GraphBuilder } from './graph-builder.ts';
import { ELEMENT_TYPES, type ElementType, messageType } from './schema.ts';

/** The graph of a model whole in memory: its header, and its constants with their numbers. */
const root = protobuf.Root.fromJSON({
  nested: {
    Tensor: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    Constants: { fields: { initializer: { rule: 'repeated', type: 'Tensor', id: 5 } } },
    Model: { fields: { graph: { type: 'bytes', id: 7 } } },
  },
});

interface DecodedTensor {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly dataLocation: number;
}

const asNumbers = { longs: Number, arrays: true } as const;

function elementType(number: number, name: string): ElementType {
  const found = Object.entries(ELEMENT_TYPES).find(([, value]) => value === number);
  if (found === undefined) throw new UnreadableFileError(`Tensor "${name}" has elements of kind ${number}.`);
  return found[0] as ElementType;
}

/**
 * Reads a graph that `modelBytes` wrote, to add to it. Of a file of another maker, parts that this project does not write
 * are left out, so it is not for reading those.
 *
 * @param content an ONNX file, below 2 GiB
 * @throws UnreadableFileError if it is none
 * @example
 * const graph = readModel(await readFile('vision.fp32.onnx'));
 * graph.output('half', 'float32', ['batch'], graph.node('Identity', ['visual']));
 */
export function readModel(content: Uint8Array): GraphBuilder {
  try {
    const model = root.lookupType('Model').decode(content) as unknown as { readonly graph: Uint8Array };
    const headerType = messageType('GraphHeader');
    const header = headerType.toObject(headerType.decode(model.graph), asNumbers) as {
      readonly name: string;
      readonly node: readonly object[];
      readonly input: GraphBuilder['inputs'];
      readonly output: GraphBuilder['outputs'];
    };
    const constants = root.lookupType('Constants').decode(model.graph) as unknown as {
      readonly initializer: readonly DecodedTensor[];
    };
    const graph = new GraphBuilder(header.name);
    graph.nodes.push(...header.node);
    graph.inputs.push(...header.input);
    graph.outputs.push(...header.output);
    for (const { name, dims, dataType, rawData, dataLocation } of constants.initializer) {
      if (dataLocation !== 0) throw new UnreadableFileError(`The weights of "${name}" lie in another file.`);
      // The builder's reader may free what it is given.
      graph.initializer(name, elementType(dataType, name), dims.map(Number), async () =>
        Uint8Array.from(rawData),
      );
    }
    return graph;
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('The file is no ONNX graph of this project.', { cause: error });
  }
}
