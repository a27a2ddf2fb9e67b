import protobuf from 'protobufjs';

/** Element types of ONNX tensors that RET-CLIP's graphs use, by their numbers in the format. */
export const ELEMENT_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  float64: 11,
} as const;
export type ElementType = keyof typeof ELEMENT_TYPES;

/** Kinds of attributes, by their numbers in the format. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 } as const;

/**
 * The part of the ONNX format that is written here: names and numbers of its protobuf fields.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3
 */
const root = protobuf.Root.fromJSON({
  nested: {
    OperatorSetId: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    Attribute: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        ints: { rule: 'repeated', type: 'int64', id: 8, options: { packed: false } },
        type: { type: 'int32', id: 20 },
      },
    },
    Node: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'Attribute', id: 5 },
        domain: { type: 'string', id: 7 },
      },
    },
    Dimension: { fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } } },
    TensorType: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Type: { fields: { tensorType: { type: 'TensorType', id: 1 } } },
    ValueInfo: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    /** Without its numbers, which are streamed behind it or lie in another file. */
    TensorHeader: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1, options: { packed: false } },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        externalData: { rule: 'repeated', type: 'Entry', id: 13 },
        dataLocation: { type: 'int32', id: 14 },
      },
    },
    /** Without its initializers, which are streamed behind it. */
    GraphHeader: {
      fields: {
        node: { rule: 'repeated', type: 'Node', id: 1 },
        name: { type: 'string', id: 2 },
        input: { rule: 'repeated', type: 'ValueInfo', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfo', id: 12 },
      },
    },
    /** Without its graph, which is streamed behind it. */
    ModelHeader: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetId', id: 8 },
      },
    },
  },
});

/** Fields that are streamed: their tags, each with the wire type of a length and its bytes. */
export const STREAMED_TAGS = {
  modelGraph: (7 << 3) | 2,
  graphInitializer: (5 << 3) | 2,
  tensorRawData: (9 << 3) | 2,
};

/** A message of the schema, to decode one. */
export function messageType(type: 'GraphHeader'): protobuf.Type {
  return root.lookupType(type);
}

/** Encodes one message of the schema. */
export function encode(type: 'ModelHeader' | 'GraphHeader' | 'TensorHeader', content: object): Uint8Array {
  return root.lookupType(type).encode(content).finish();
}

/** A tag and a length. */
export function encodePrefix(tag: number, length: number): Uint8Array {
  return protobuf.Writer.create().uint32(tag).uint64(length).finish();
}
