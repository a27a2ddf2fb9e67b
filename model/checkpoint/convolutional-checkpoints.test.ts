import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointMismatchError, UnreadableFileError } from '../errors.ts';
import { visionGraph } from '../onnx/vision-graph.ts';
import { encodeModel } from '../onnx/write-model.ts';
import { openRetClipWeights } from './open-retclip-weights.ts';
import { writeSafetensorsCheckpoint } from './random/write-safetensors-checkpoint.ts';
import { changeSafetensors, type TensorsOfFile } from './testing/change-safetensors.ts';
import { GEOMETRIES, toldOf } from './testing/geometries.ts';
import type { Geometry } from './weights.ts';

type Header = TensorsOfFile;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'convolutional-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A checkpoint whose tensors were renamed, reshaped or removed, or given another first value. */
async function changed(
  geometry: Geometry,
  change: (header: Header, set: (name: string, value: number) => void) => void,
): Promise<string> {
  const path = join(directory, 'changed.safetensors');
  await writeSafetensorsCheckpoint(path, { geometry, seed: 'changed' });
  const file = changeSafetensors(await readFile(path), (header, data) =>
    change(header, (name, value) => data.writeFloatLE(value, header[name]?.data_offsets[0] ?? 0)),
  );
  await writeFile(path, file);
  return path;
}

const rename = (header: Header, from: string, to: string) => {
  const tensor = header[from];
  delete header[from];
  if (tensor !== undefined) header[to] = tensor;
};

describe('a checkpoint with a convolutional tower', () => {
  it.each<[string, Parameters<typeof changed>[1], RegExp]>([
    ['without its image size', (h) => delete h['visual.image_size'], /"visual\.image_size" is missing/],
    [
      'with an image size that is none',
      (_, set) => set('visual.image_size', 48.5),
      /"visual\.image_size" is 48\.5 instead of a whole number/,
    ],
    [
      'with an image size of millions',
      (_, set) => set('visual.image_size', 4e6),
      /"visual\.image_size" is 4000000 .* to 4096/,
    ],
    [
      'with an image size that is not a number',
      (_, set) => set('visual.image_size', Number.NaN),
      /"visual\.image_size" is NaN/,
    ],
    [
      'with an epsilon of nothing',
      (_, set) => set('visual.batch_norm_epsilon', 0),
      /"visual\.batch_norm_epsilon" is 0/,
    ],
    [
      'without the stride of a block',
      (h) => delete h['visual.blocks.2.stride'],
      /"visual\.blocks\.2\.stride" is missing/,
    ],
    [
      'with a stride of three',
      (_, set) => set('visual.blocks.2.stride', 3),
      /"visual\.blocks\.2\.stride" is 3 instead of a whole number from 1 to 2/,
    ],
    [
      'with a stride for each axis',
      (h) => rename(h, 'visual.stem.bn.weight', 'visual.blocks.1.stride'),
      /"visual\.blocks\.1\.stride" has the shape \[12\] instead of a single number/,
    ],
    [
      'without a block in between',
      (h) => {
        for (const name of Object.keys(h)) if (name.startsWith('visual.blocks.1.')) delete h[name];
      },
      /"visual\.blocks\.1\.depthwise\.conv\.weight" is missing/,
    ],
    [
      'without a block that leads from one width to the next',
      (h) => {
        for (const name of Object.keys(h)) {
          if (name.startsWith('visual.blocks.3.')) delete h[name];
        }
      },
      /"visual\.head\.conv\.weight" has the shape \[40,20,1,1\]; expected \[40,14,1,1\]/,
    ],
    [
      'whose block without expansion is wider than its input',
      (h) => {
        for (const part of ['conv.weight', 'bn.weight', 'bn.bias', 'bn.running_mean', 'bn.running_var']) {
          delete h[`visual.blocks.1.expand.${part}`];
        }
      },
      /"visual\.blocks\.1\.depthwise\.conv\.weight" has the shape \[30,1,3,3\]; expected \[9,1,3,3\]/,
    ],
    [
      'without the variance of a batch norm',
      (h) => delete h['visual.blocks.0.project.bn.running_var'],
      /"visual\.blocks\.0\.project\.bn\.running_var" is missing/,
    ],
    [
      'with squeeze and excitation',
      (h) => {
        h['visual.blocks.0.se.reduce.weight'] = { ...(h['visual.head.bn.bias'] as Header[string]) };
      },
      /"visual\.blocks\.0\.se\.reduce\.weight" is unknown/,
    ],
  ])('%s is refused by name', async (_, change, reason) => {
    const path = await changed(GEOMETRIES.mbconv, change);
    await expect(openRetClipWeights(path)).rejects.toThrow(reason);
    await expect(openRetClipWeights(path)).rejects.toThrow(CheckpointMismatchError);
  });

  it.each<[string, Parameters<typeof changed>[1], RegExp]>([
    [
      'without its pooling attention',
      (h) => delete h['visual.attnpool.positional_embedding'],
      /"visual\.attnpool\.positional_embedding" is missing/,
    ],
    [
      'without a stage',
      (h) => {
        for (const name of Object.keys(h)) if (name.startsWith('visual.layer3.')) delete h[name];
      },
      /0 layers named "visual\.layer3\.…"/,
    ],
    [
      'without a convolution that shrinks the identity',
      (h) => delete h['visual.layer2.0.downsample.0.weight'],
      /"visual\.layer2\.0\.downsample\.0\.weight" is missing/,
    ],
    [
      'with a stem of another width',
      (h) => (h['visual.conv3.weight'] as Header[string]).shape.reverse(),
      /"visual\.conv3\.weight" has the shape \[3,3,2,4\]; expected \[4,2,3,3\]/,
    ],
  ])('of residuals %s is refused by name', async (_, change, reason) => {
    const path = await changed(GEOMETRIES.resnet, change);
    await expect(openRetClipWeights(path, toldOf(GEOMETRIES.resnet))).rejects.toThrow(reason);
    await expect(openRetClipWeights(path, toldOf(GEOMETRIES.resnet))).rejects.toThrow(
      CheckpointMismatchError,
    );
  });

  it('whose variance is negative is refused when it is folded', async () => {
    const path = await changed(GEOMETRIES.mbconv, (_, set) => set('visual.head.bn.running_var', -2));
    const weights = await openRetClipWeights(path);
    await expect(encodeModel(visionGraph(weights, 'fp32'))).rejects.toThrow(UnreadableFileError);
    await expect(encodeModel(visionGraph(weights, 'fp32'))).rejects.toThrow(
      /"visual\.head\.bn\.running_var".* -2, which is no variance/,
    );
    await weights.close();
  });

  it('may carry the counts of batches that training keeps', async () => {
    const path = await changed(GEOMETRIES.mbconv, (h) => {
      h['visual.head.bn.num_batches_tracked'] = { ...(h.logit_scale as Header[string]) };
    });
    const weights = await openRetClipWeights(path);
    expect(weights.geometry).toEqual(GEOMETRIES.mbconv);
    await weights.close();
  });
});
