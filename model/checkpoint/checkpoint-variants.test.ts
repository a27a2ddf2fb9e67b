import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRetClipWeights } from './open-retclip-weights.ts';
import { type CheckpointVariant, valuesOf } from './random/checkpoint-variant.ts';
import { writeSafetensorsCheckpoint } from './random/write-safetensors-checkpoint.ts';
import { GEOMETRIES, toldOf } from './testing/geometries.ts';
import { writeTorchCheckpoint } from './testing/write-checkpoint.ts';
import type { RetClipWeights } from './weights.ts';

const { tiny, wide, deep, mbconv, resnet } = GEOMETRIES;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function expectWeights(weights: RetClipWeights, variant: CheckpointVariant): Promise<void> {
  expect(weights.geometry).toEqual(variant.geometry);
  for (const [name, shape] of weights.shapes) {
    const expected = valuesOf(variant, name, shape);
    const stored = variant.type === 'float16' ? Float32Array.from(Float16Array.from(expected)) : expected;
    expect(await weights.read(name), name).toEqual(stored);
  }
}

describe('a checkpoint', () => {
  it.each<[string, Omit<CheckpointVariant, 'seed'>]>([
    ['bare', { geometry: tiny }],
    ['wrapped, with an optimizer', { geometry: tiny, wrapped: true, optimizer: true }],
    ['of parallel training', { geometry: wide, wrapped: true, parallel: true }],
    ['of parallel training, bare', { geometry: deep, parallel: true }],
    ['in half precision', { geometry: deep, type: 'float16', wrapped: true }],
    ['with attention apart', { geometry: wide, attention: 'separate' }],
    [
      'with attention apart, parallel, in half precision',
      { geometry: tiny, attention: 'separate', parallel: true, type: 'float16' },
    ],
    ['of flash-attention', { geometry: deep, attention: 'Wqkv', parallel: true, wrapped: true }],
    ['of flash-attention in half precision', { geometry: wide, attention: 'Wqkv', type: 'float16' }],
    ['with an MBConv tower', { geometry: mbconv }],
    ['with an MBConv tower, of parallel training', { geometry: mbconv, parallel: true }],
    ['with a ResNet', { geometry: resnet, wrapped: true }],
    ['with a ResNet in half precision', { geometry: resnet, type: 'float16' }],
    ["with BERT's unused pooler", { geometry: tiny, pooler: true }],
  ])('%s is read with its geometry and every value', async (_, form) => {
    const variant: CheckpointVariant = { ...form, seed: 'variants' };
    const torch = join(directory, 'checkpoint.pt');
    await writeTorchCheckpoint(torch, variant);
    const weights = await openRetClipWeights(torch, toldOf(variant.geometry));
    await expectWeights(weights, variant);
    await weights.close();
    const safetensors = join(directory, 'checkpoint.safetensors');
    await writeSafetensorsCheckpoint(safetensors, variant);
    const others = await openRetClipWeights(safetensors, toldOf(variant.geometry));
    await expectWeights(others, variant);
    await others.close();
  });

  it('with the 64-bit directory of a file beyond 4 GiB is read', async () => {
    const variant: CheckpointVariant = { geometry: tiny, seed: 'wide' };
    const path = join(directory, 'wide.pt');
    await writeTorchCheckpoint(path, variant, { wide: true });
    const weights = await openRetClipWeights(path, toldOf(variant.geometry));
    await expectWeights(weights, variant);
    await weights.close();
  });
});
