import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelError } from '../../../errors.ts';
import type { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { encodeModel } from '../../../onnx/write-model.ts';
import { floatsOf } from '../../../runtime/vision-session.ts';
import { type Arithmetic, gramGraph, objectiveGraph, scoreGraph } from './row-graphs.ts';
import type { Evaluation, ProblemBatch, TrainingRows } from './training-rows.ts';

/** Rows multiplied at once: the products of a block stay in the processor's cache. */
const BLOCK = 4096;

/** ONNX Runtime's matrix products with all processors. The same machine gives the same bits. */
class Graphs {
  readonly #sessions = new Map<string, Promise<InferenceSession>>();

  /** Loads a graph once. */
  session(graph: GraphBuilder): Promise<InferenceSession> {
    const known = this.#sessions.get(graph.name);
    if (known !== undefined) return known;
    const session = encodeModel(graph).then((model) =>
      InferenceSession.create(model, {
        executionProviders: ['cpu'],
        logSeverityLevel: 3,
        // Threads that spin while they wait would take the processors from others.
        extra: { session: { intra_op: { allow_spinning: '0' } } },
      }),
    );
    this.#sessions.set(graph.name, session);
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }
}

/** Weights as the graphs take them. */
function split(weights: Float64Array, columns: number, dimensions: number, type: Arithmetic = 'float32') {
  const Numbers = type === 'float32' ? Float32Array : Float64Array;
  const matrix = new Numbers(columns * dimensions);
  const biases = new Numbers(columns);
  for (let column = 0; column < columns; column += 1) {
    const begin = column * (dimensions + 1);
    matrix.set(weights.subarray(begin, begin + dimensions), column * dimensions);
    biases[column] = weights[begin + dimensions] as number;
  }
  return {
    weights: new Tensor(type, matrix, [columns, dimensions]),
    biases: new Tensor(type, biases, [columns]),
  };
}

/** An output in either precision. */
function numbersOf(outputs: InferenceSession.OnnxValueMapType, name: string): Float32Array | Float64Array {
  const data = outputs[name]?.data;
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new ModelError(`The graph gave no numbers "${name}".`);
}

/** Rows in float32, block by block through ONNX Runtime, sums over blocks in float64: for large cohorts. */
export class BlockRows implements TrainingRows {
  readonly rows: number;
  readonly dimensions: number;
  readonly precision: number;
  readonly #values: Float32Array;
  readonly #graphs: Graphs;
  readonly #arithmetic: Arithmetic;

  /** @param values float32 [rows, dimensions]; belongs to this from now on */
  constructor(
    values: Float32Array,
    dimensions: number,
    { graphs = new Graphs(), arithmetic = 'float32' }: { graphs?: Graphs; arithmetic?: Arithmetic } = {},
  ) {
    this.#values = values;
    this.#graphs = graphs;
    this.#arithmetic = arithmetic;
    this.precision = arithmetic === 'float32' ? 2e-7 : 1e-14;
    this.dimensions = dimensions;
    this.rows = values.length / dimensions;
  }

  async evaluate(batch: ProblemBatch, weights: Float64Array): Promise<Evaluation> {
    const { dimensions } = this;
    const { columns, codes, link, width } = batch;
    const session = await this.#graphs.session(objectiveGraph(link, width, this.#arithmetic));
    const fixed = split(weights, columns, dimensions, this.#arithmetic);
    const losses = new Float64Array(columns);
    const gradient = new Float64Array(columns * (dimensions + 1));
    for (const { x, first, count } of this.#blocks()) {
      const part = codes.subarray(first * columns, (first + count) * columns);
      const outputs = await session.run({ x, ...fixed, codes: new Tensor('int8', part, [count, columns]) });
      const sums = numbersOf(outputs, 'losses');
      const biases = numbersOf(outputs, 'bias_gradient');
      const products = numbersOf(outputs, 'gradient');
      for (let column = 0; column < columns; column += 1) {
        const begin = column * (dimensions + 1);
        (losses[column] as number) += sums[column] as number;
        (gradient[begin + dimensions] as number) += biases[column] as number;
        for (let channel = 0; channel < dimensions; channel += 1) {
          (gradient[begin + channel] as number) += products[column * dimensions + channel] as number;
        }
      }
    }
    return { losses, gradient };
  }

  async scores(weights: Float64Array, columns: number): Promise<Float32Array> {
    const session = await this.#graphs.session(scoreGraph());
    const fixed = split(weights, columns, this.dimensions);
    const scores = new Float32Array(this.rows * columns);
    for (const { x, first } of this.#blocks()) {
      scores.set(floatsOf(await session.run({ x, ...fixed }), 'scores'), first * columns);
    }
    return scores;
  }

  async gram(): Promise<Float64Array> {
    const session = await this.#graphs.session(gramGraph());
    const result = new Float64Array(this.dimensions * this.dimensions);
    for (const { x } of this.#blocks()) {
      const part = floatsOf(await session.run({ x }), 'gram');
      for (let index = 0; index < result.length; index += 1) {
        (result[index] as number) += part[index] as number;
      }
    }
    return result;
  }

  async multiply(matrix: Float64Array): Promise<void> {
    const { dimensions } = this;
    const session = await this.#graphs.session(scoreGraph());
    const transposed = new Float32Array(matrix.length);
    for (let a = 0; a < dimensions; a += 1) {
      for (let b = 0; b < dimensions; b += 1)
        transposed[b * dimensions + a] = matrix[a * dimensions + b] as number;
    }
    const weights = new Tensor('float32', transposed, [dimensions, dimensions]);
    const biases = new Tensor('float32', new Float32Array(dimensions), [dimensions]);
    for (const { x, first } of this.#blocks()) {
      this.#values.set(floatsOf(await session.run({ x, weights, biases }), 'scores'), first * dimensions);
    }
  }

  async subset(rows: Uint32Array): Promise<BlockRows> {
    const { dimensions } = this;
    const values = new Float32Array(rows.length * dimensions);
    rows.forEach((row, index) => {
      values.set(this.#values.subarray(row * dimensions, (row + 1) * dimensions), index * dimensions);
    });
    return new BlockRows(values, dimensions);
  }

  precise(): BlockRows {
    return new BlockRows(this.#values, this.dimensions, { graphs: this.#graphs, arithmetic: 'float64' });
  }

  release(): Promise<void> {
    return this.#graphs.release();
  }

  *#blocks() {
    const { dimensions } = this;
    for (let first = 0; first < this.rows; first += BLOCK) {
      const count = Math.min(BLOCK, this.rows - first);
      const values = this.#values.subarray(first * dimensions, (first + count) * dimensions);
      yield { x: new Tensor('float32', values, [count, dimensions]), first, count };
    }
  }
}
