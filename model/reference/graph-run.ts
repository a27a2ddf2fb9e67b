import { InferenceSession, Tensor } from 'onnxruntime-node';
import { freeBuffer } from '../free-buffer.ts';
import type { GraphBuilder, Initializer } from '../onnx/graph-builder.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { floatsOf } from '../runtime/vision-session.ts';

/** A float32 value and its shape. */
export interface Value {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** Gives a constant of a graph. */
export type LoadConstant = (constant: Initializer) => Promise<Uint8Array>;

/**
 * A small graph whose weights are fed as inputs: each is in memory once and no longer than a run takes, and layers of one
 * form share a session.
 */
export class GraphRun {
  readonly #session: InferenceSession;
  readonly #fed: readonly Initializer[];

  private constructor(session: InferenceSession, fed: readonly Initializer[]) {
    this.#session = session;
    this.#fed = fed;
  }

  static async prepare(graph: GraphBuilder): Promise<GraphRun> {
    const { graph: bare, fed } = graph.withFedConstants();
    const session = await InferenceSession.create(await encodeModel(bare), {
      executionProviders: ['cpu'],
      enableCpuMemArena: false,
      graphOptimizationLevel: 'basic',
      logSeverityLevel: 3,
    });
    return new GraphRun(session, fed);
  }

  /**
   * @param output name of the graph's output
   * @param load what stands for each constant; the graph's own unless told
   */
  async run(
    inputs: Readonly<Record<string, Value>>,
    output: string,
    load: LoadConstant = (constant) => constant.load(),
  ): Promise<Float32Array> {
    const weights: Uint8Array[] = [];
    try {
      const feeds: Record<string, Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs)) {
        feeds[name] = new Tensor('float32', data, shape);
      }
      for (const constant of this.#fed) {
        const bytes = await load(constant);
        weights.push(bytes);
        const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        feeds[constant.name] = new Tensor('float32', values, constant.shape);
      }
      return Float32Array.from(floatsOf(await this.#session.run(feeds), output));
    } finally {
      weights.forEach(freeBuffer);
    }
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}

/** Computes a graph once. */
export async function runOnce(
  graph: GraphBuilder,
  inputs: Readonly<Record<string, Value>>,
  output: string,
): Promise<Float32Array> {
  const prepared = await GraphRun.prepare(graph);
  try {
    return await prepared.run(inputs, output);
  } finally {
    await prepared.release();
  }
}
