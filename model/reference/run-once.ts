import { rm } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { writeModel } from '../onnx/write-model.ts';
import { floatsOf } from '../runtime/vision-session.ts';

/** A float32 value and its shape. */
export interface Value {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Computes one small graph and forgets it: by way of a file, so that its weights are never in JavaScript's memory all
 * at once.
 *
 * @param scratch a file name that is free
 * @param output name of the graph's output
 */
export async function runOnce(
  graph: GraphBuilder,
  inputs: Readonly<Record<string, Value>>,
  output: string,
  scratch: string,
): Promise<Float32Array> {
  try {
    await writeModel(scratch, graph);
    const session = await InferenceSession.create(scratch, {
      executionProviders: ['cpu'],
      enableCpuMemArena: false,
      graphOptimizationLevel: 'basic',
      logSeverityLevel: 3,
      extra: { session: { disable_prepacking: '1' } },
    });
    try {
      const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [
        name,
        new Tensor('float32', data, shape),
      ]);
      return Float32Array.from(floatsOf(await session.run(Object.fromEntries(feeds)), output));
    } finally {
      await session.release();
    }
  } finally {
    await rm(scratch, { force: true });
  }
}
