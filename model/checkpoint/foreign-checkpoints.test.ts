import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointMismatchError, ModelError } from '../errors.ts';
import { openRetClipWeights } from './open-retclip-weights.ts';
import { writeSafetensorsCheckpoint } from './random/write-safetensors-checkpoint.ts';
import { changeSafetensors, type TensorsOfFile } from './testing/change-safetensors.ts';
import { GEOMETRIES, toldOf } from './testing/geometries.ts';

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'foreign-'));
  path = join(directory, 'checkpoint.safetensors');
});
afterEach(() => rm(directory, { recursive: true }));

const VARIANT = { geometry: GEOMETRIES.tiny, seed: 'damaged' };
const TOLD = toldOf(GEOMETRIES.tiny);

/** The tensors of a safetensors file, changed before it is written. */
async function safetensorsWith(change: (header: TensorsOfFile) => void): Promise<void> {
  await writeSafetensorsCheckpoint(path, VARIANT);
  await writeFile(path, changeSafetensors(await readFile(path), change));
}

describe('a checkpoint that is not RET-CLIP', () => {
  type Header = TensorsOfFile;
  it.each<[string, (header: Header) => void, RegExp]>([
    ['lacks a tensor', (h) => delete h['visual.ln_post.weight'], /"visual\.ln_post\.weight" is missing/],
    [
      'lacks the tensor that tells the geometry',
      (h) => delete h['visual.conv1.weight'],
      /"visual\.conv1\.weight" is missing/,
    ],
    [
      'lacks one of query, key and value',
      (h) => delete h['bert.encoder.layer.1.attention.self.key.bias'],
      /attention\.self\.key\.bias" is missing/,
    ],
    [
      'lacks a whole layer in between',
      (h) => {
        for (const name of Object.keys(h)) if (name.includes('resblocks.0.')) delete h[name];
      },
      /resblocks\.0\./,
    ],
    [
      'has a tensor that is unknown',
      (h) => {
        h['visual.extra'] = { ...(h['visual.ln_post.bias'] as Header[string]) };
      },
      /"visual\.extra" is unknown/,
    ],
    [
      'has a tensor of another shape',
      (h) => {
        (h['visual.proj'] as Header[string]).shape.reverse();
      },
      /left_feature_mapping|visual\.proj/,
    ],
    [
      'has a transposed matrix',
      (h) => {
        (h['visual.transformer.resblocks.1.mlp.c_fc.weight'] as Header[string]).shape.reverse();
      },
      /resblocks\.1\.mlp\.c_fc\.weight" has the shape/,
    ],
    [
      'mixes a residual network into its vision transformer',
      (h) => {
        h['visual.layer1.0.conv1.weight'] = { ...(h['visual.ln_post.bias'] as Header[string]) };
      },
      /"visual\.layer1\.0\.conv1\.weight" has the shape \[64\] instead of 4 axes/,
    ],
    [
      'has a tensor twice',
      (h) => {
        h['module.logit_scale'] = { ...(h.logit_scale as Header[string]) };
      },
      /"logit_scale" twice/,
    ],
  ])('because it %s is refused by name', async (_, change, reason) => {
    await safetensorsWith(change);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(reason);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(CheckpointMismatchError);
  });

  it.each<[string, (header: Header) => void]>([
    [
      'an unknown element type',
      (h) => {
        (h.logit_scale as Header[string]).dtype = 'F8';
      },
    ],
    [
      'fewer bytes than its shape needs',
      (h) => {
        (h['visual.ln_post.bias'] as Header[string]).shape = [3];
      },
    ],
    [
      'an offset before the file',
      (h) => {
        (h['visual.ln_post.bias'] as Header[string]).data_offsets = [-4, 0];
      },
    ],
  ])('because a tensor has %s is refused', async (_, change) => {
    await safetensorsWith(change);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(ModelError);
  });

  it('because its training diverged is refused by the tensor', async () => {
    await writeSafetensorsCheckpoint(path, VARIANT);
    const file = changeSafetensors(await readFile(path), (header, data) => {
      data.writeFloatLE(Number.NaN, (header['visual.class_embedding']?.data_offsets[0] ?? 0) + 8);
    });
    await writeFile(path, file);
    const damaged = await openRetClipWeights(path, TOLD);
    await expect(damaged.read('visual.class_embedding')).rejects.toThrow(/"visual\.class_embedding".*NaN/);
    await damaged.close();
  });
});
