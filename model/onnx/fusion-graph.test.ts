import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GEOMETRIES } from '../checkpoint/testing/geometries.ts';
import type { RetClipWeights } from '../checkpoint/weights.ts';
import { fusedFeaturesOf } from '../runtime/fusion-session.ts';
import { fusionGraph } from './fusion-graph.ts';
import { modelBytes } from './write-model.ts';

/** Linear weights as PyTorch stores them, [out, in], no two of them alike. */
const MAPPINGS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  'left_feature_mapping.weight': [
    [1, 10],
    [2, 20],
  ],
  'right_feature_mapping.weight': [
    [100, 1_000],
    [200, 2_000],
  ],
  'global_feature_mapping.weight': [
    [1, 10, 100, 1_000],
    [5, 0, 0, 7],
  ],
};

const WEIGHTS = {
  path: 'made up',
  geometry: { ...GEOMETRIES.tiny, embedding: 2 },
  shapes: new Map(
    Object.entries(MAPPINGS).map(([name, rows]) => [name, [rows.length, rows[0]?.length ?? 0]]),
  ),
  read: async (name: string) => Float32Array.from(MAPPINGS[name]?.flat() ?? []),
  assumptions: [],
  storedType: 'float32',
  files: ['made up'],
  close: async () => undefined,
} as RetClipWeights;

describe('the fusion graph', () => {
  it('maps each eye by its own weights, and the patient from the left eye followed by the right', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of modelBytes(fusionGraph(WEIGHTS))) pieces.push(Uint8Array.from(piece));
    const session = await InferenceSession.create(Buffer.concat(pieces));
    const outputs = await session.run({
      left_visual: new Tensor('float32', Float32Array.of(1, 2, 3, 4), [2, 2]),
      right_visual: new Tensor('float32', Float32Array.of(5, 6, 7, 8), [2, 2]),
    });
    const { left, right, patient } = fusedFeaturesOf(outputs);
    await session.release();
    // Exam by exam: 1·1 + 2·10, 1·2 + 2·20; 3·1 + 4·10, 3·2 + 4·20.
    expect([...left]).toEqual([21, 42, 43, 86]);
    // 5·100 + 6·1000, 5·200 + 6·2000; 7·100 + 8·1000, 7·200 + 8·2000.
    expect([...right]).toEqual([6_500, 13_000, 8_700, 17_400]);
    // 1·1 + 2·10 + 5·100 + 6·1000, 1·5 + 6·7; 3·1 + 4·10 + 7·100 + 8·1000, 3·5 + 8·7.
    expect([...patient]).toEqual([6_521, 47, 8_743, 71]);
  });
});
