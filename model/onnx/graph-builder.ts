import { ATTRIBUTE_TYPES, ELEMENT_TYPES, type ElementType } from './schema.ts';

/** Operators of ONNX Runtime's own, beside the standard's. */
export const MICROSOFT = 'com.microsoft';

const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
  float64: 8,
};

/** A constant tensor whose numbers are fetched only while they are written. */
export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Makes the numbers afresh; the caller owns them and may free them. */
  load(): Promise<Uint8Array>;
}

/** A number is a size, a text a symbol for one that is known at run time. */
export type Dimension = number | string;

type AttributeValue = number | readonly number[] | { readonly float: number };

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly domain?: typeof MICROSOFT;
  /** Number of outputs; 1 unless told. An empty name drops an output. */
  readonly outputs?: number;
}

interface ValueInfo {
  readonly name: string;
  readonly type: {
    readonly tensorType: { readonly elemType: number; readonly shape: { readonly dim: object[] } };
  };
}

function attribute(name: string, value: AttributeValue): object {
  if (typeof value === 'number') return { name, i: value, type: ATTRIBUTE_TYPES.int };
  if ('float' in value) return { name, f: value.float, type: ATTRIBUTE_TYPES.float };
  return { name, ints: value, type: ATTRIBUTE_TYPES.ints };
}

function valueInfo(name: string, type: ElementType, shape: readonly Dimension[]): ValueInfo {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}

/**
 * Collects the nodes and constants of one graph. Values are named by the nodes that make them.
 *
 * @example
 * const graph = new GraphBuilder('sum');
 * const a = graph.input('a', 'float32', ['batch', 4]);
 * graph.output('b', 'float32', ['batch', 4], graph.node('Add', [a, a]));
 */
export class GraphBuilder {
  readonly name: string;
  readonly nodes: object[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Initializer>();

  constructor(name: string) {
    this.name = name;
  }

  get initializers(): readonly Initializer[] {
    return [...this.#initializers.values()];
  }

  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Gives a value out under a name of its own. */
  output(name: string, type: ElementType, shape: readonly Dimension[], value: string): void {
    this.nodes.push({ input: [value], output: [name], name: `output:${name}`, opType: 'Identity' });
    this.outputs.push(valueInfo(name, type, shape));
  }

  /** Adds a node with one output. @returns the name of its output */
  node(opType: string, inputs: readonly string[], options: NodeOptions = {}): string {
    const [only = ''] = this.nodeWithOutputs(opType, inputs, options);
    return only;
  }

  /** Adds a node. @returns the names of its outputs */
  nodeWithOutputs(opType: string, inputs: readonly string[], options: NodeOptions = {}): string[] {
    const name = `${opType}_${this.nodes.length}`;
    const output = Array.from({ length: options.outputs ?? 1 }, (_, index) => `${name}:${index}`);
    this.nodes.push({
      input: inputs,
      output,
      name,
      opType,
      attribute: Object.entries(options.attributes ?? {}).map(([key, value]) => attribute(key, value)),
      domain: options.domain ?? '',
    });
    return output;
  }

  /** Adds a constant; one of the same name is the same. @returns its name */
  initializer(
    name: string,
    type: ElementType,
    shape: readonly number[],
    load: () => Promise<Uint8Array>,
  ): string {
    if (!this.#initializers.has(name)) {
      const bytes = shape.reduce((product, size) => product * size, ELEMENT_BYTES[type]);
      this.#initializers.set(name, { name, type, shape, bytes, load });
    }
    return name;
  }

  /**
   * The same graph with its float32 constants as inputs: the caller feeds them, and no second copy is made.
   *
   * @returns the graph and what is to be fed
   */
  withFedConstants(): { readonly graph: GraphBuilder; readonly fed: readonly Initializer[] } {
    const graph = new GraphBuilder(this.name);
    graph.nodes.push(...this.nodes);
    graph.inputs.push(...this.inputs);
    graph.outputs.push(...this.outputs);
    const fed = this.initializers.filter(({ type }) => type === 'float32');
    for (const constant of this.initializers) {
      const { name, type, shape } = constant;
      if (fed.includes(constant)) graph.input(name, type, shape);
      else graph.#initializers.set(name, constant);
    }
    return { graph, fed };
  }

  /** Adds a list of integers as a constant: shapes, indices. @returns its name */
  integers(values: readonly number[]): string {
    return this.initializer(
      `integers:${values.join(',')}`,
      'int64',
      [values.length],
      async () => new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    );
  }

  /** Views a value in another shape; 0 keeps a size, -1 takes what is left. */
  reshape(value: string, shape: readonly number[]): string {
    return this.node('Reshape', [value, this.integers(shape)]);
  }
}
