import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  CheckpointMismatchError,
  UnreadableFileError,
  UnsafePickleError,
  UntoldWeightsError,
} from '../errors.ts';
import expected from './forms/expected.json' with { type: 'json' };
import { openRetClipWeights } from './open-retclip-weights.ts';

/** Checkpoints that PyTorch wrote: see `forms/make_forms.py`. */
const form = (name: string): string => fileURLToPath(new URL(`forms/${name}`, import.meta.url));
const TOLD = { visionHeads: 2, textHeads: 1 };
const INDEX = 'model.safetensors.index.json';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forms-'));
});
afterEach(() => rm(directory, { recursive: true }));

type Figures = Readonly<Record<string, { readonly sum: number; readonly first: number }>>;

/** Query, key and value are read as one tensor. */
function figuresOf(figures: Figures, name: string) {
  const fused = /^(bert\..*\.self)\.in_proj_(weight|bias)$/.exec(name);
  if (fused === null) return figures[name];
  const parts = ['query', 'key', 'value'].map((role) => figures[`${fused[1]}.${role}.${fused[2]}`]);
  return { sum: parts.reduce((sum, part) => sum + (part?.sum ?? Number.NaN), 0), first: parts[0]?.first };
}

async function expectWeights(path: string, figures: Figures, key?: string): Promise<void> {
  const weights = await openRetClipWeights(path, key === undefined ? TOLD : { ...TOLD, key });
  try {
    // Query, key and value are six tensors in the file and two here.
    expect(weights.shapes.size).toBe(Object.keys(figures).length - 4);
    for (const name of weights.shapes.keys()) {
      const values = await weights.read(name);
      const { sum, first } = figuresOf(figures, name) ?? {};
      expect(values[0], name).toBe(first);
      expect(
        values.reduce((total, value) => total + value, 0),
        name,
      ).toBeCloseTo(sum ?? Number.NaN, 10);
    }
  } finally {
    await weights.close();
  }
}

describe('a checkpoint that PyTorch wrote', () => {
  it.each([
    ['as a bare state dict', 'bare.pt'],
    ["by RET-CLIP's training", 'reference.pt'],
    ['by Lightning', 'lightning.pt'],
    ['by DeepSpeed, arguments beside it', 'deepspeed.pt'],
    ['of a compiled model', 'compiled.pt'],
    ['of a compiled model in parallel training', 'compiled-parallel.pt'],
    ['with two wrappers of parallel training', 'parallel-twice.pt'],
    ['beside arguments, paths, and numbers of NumPy', 'arguments.pt'],
    ['of averaged weights, their count beside them', 'averaged.pt'],
    ['in the format before PyTorch 1.6', 'legacy.pt'],
    ['bare, in the format before PyTorch 1.6', 'legacy-bare.pt'],
    ['in several safetensors files', `sharded/${INDEX}`],
  ])('%s gives its weights', async (_, name) => {
    await expectWeights(form(name), expected.weights);
  });

  it.each([
    ['two-sets.pt', 'state_dict.module', expected.weights],
    ['two-sets.pt', 'state_dict_ema', expected.average],
    ['two-modules.pt', 'state_dict.student', expected.weights],
    ['two-modules.pt', 'state_dict.teacher', expected.average],
    ['bare.pt', '.', expected.weights],
    ['lightning.pt', 'state_dict', expected.weights],
  ])('%s gives the set that --key %s names', async (name, key, figures) => {
    await expectWeights(form(name), figures, key);
  });

  it('with two sets of weights asks which', async () => {
    const opened = openRetClipWeights(form('two-sets.pt'), TOLD);
    await expect(opened).rejects.toThrow(UntoldWeightsError);
    await expect(opened).rejects.toThrow(
      /holds 2 sets.*--key state_dict\.module or --key state_dict_ema\.module/,
    );
    await expect(openRetClipWeights(form('two-modules.pt'), TOLD)).rejects.toThrow(
      /--key state_dict\.student or --key state_dict\.teacher/,
    );
  });

  it('without the set that is named says which there are', async () => {
    const opened = openRetClipWeights(form('two-sets.pt'), { ...TOLD, key: 'ema' });
    await expect(opened).rejects.toThrow(UntoldWeightsError);
    await expect(opened).rejects.toThrow(/no set of weights under "ema".*--key state_dict_ema\.module/);
    await expect(openRetClipWeights(form('two-modules.pt'), { ...TOLD, key: 'state_dict' })).rejects.toThrow(
      /several sets of weights under "state_dict"/,
    );
  });

  it('without weights of RET-CLIP says which keys were seen', async () => {
    const opened = openRetClipWeights(form('no-weights.pt'), TOLD);
    await expect(opened).rejects.toThrow(CheckpointMismatchError);
    await expect(opened).rejects.toThrow(/Keys seen: epoch, config, optimizer\./);
  });

  it('of RET-CLIP+ is refused by name', async () => {
    const opened = openRetClipWeights(form('plus.pt'), TOLD);
    await expect(opened).rejects.toThrow(CheckpointMismatchError);
    await expect(opened).rejects.toThrow(/RET-CLIP\+ \("visual\.transformer\.ln_post\.weight"\)/);
  });

  it.each(['hostile.pt', 'hostile-legacy.pt', 'hostile-pickle.pt'])(
    'with code in it (%s) is refused, and nothing is run',
    async (name) => {
      const before = process.cwd();
      process.chdir(directory);
      try {
        await expect(openRetClipWeights(form(name), TOLD)).rejects.toThrow(UnsafePickleError);
        await expect(openRetClipWeights(form(name), TOLD)).rejects.toThrow(/posix\.system/);
        expect(existsSync(join(directory, 'hostile-checkpoint-ran'))).toBe(false);
      } finally {
        process.chdir(before);
      }
    },
  );
});

describe('a checkpoint in the format before PyTorch 1.6', () => {
  async function damaged(change: (file: Buffer) => Buffer): Promise<string> {
    const path = join(directory, 'legacy.pt');
    await writeFile(path, change(await readFile(form('legacy.pt'))));
    return path;
  }

  it('that breaks off anywhere is refused', async () => {
    const { length } = await readFile(form('legacy.pt'));
    for (const end of [1, 12, 40, 200, 2_000, 8_000, length - 1]) {
      const path = await damaged((file) => file.subarray(0, end));
      await expect(openRetClipWeights(path, TOLD), `at byte ${end}`).rejects.toThrow(UnreadableFileError);
    }
  });

  it('that goes on behind its end is refused', async () => {
    const path = await damaged((file) => Buffer.concat([file, Buffer.alloc(8)]));
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(/behind its last storage/);
  });

  it('whose storage has another count than its pickle says is refused', async () => {
    const path = await damaged((file) => {
      const changed = Buffer.from(file);
      // The last storage: eight bytes that count its numbers, and its numbers.
      let count = 1;
      while (changed.readBigInt64LE(changed.length - 8 - 4 * count) !== BigInt(count)) count += 1;
      changed.writeBigInt64LE(BigInt(count - 1), changed.length - 8 - 4 * count);
      return changed;
    });
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(/Storage ".*" is not what its pickle says/);
  });

  it('that is a pickle of something else is refused', async () => {
    const path = join(directory, 'pickle.pt');
    await writeFile(path, Buffer.from([0x80, 2, 0x7d, 0x2e]));
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(/a pickle but no PyTorch checkpoint/);
  });
});

describe('a checkpoint in several files', () => {
  interface Index {
    weight_map: Record<string, string>;
  }

  async function changed(change: (index: Index) => void): Promise<string> {
    const index: Index = JSON.parse(await readFile(form(`sharded/${INDEX}`), 'utf8'));
    for (const name of new Set(Object.values(index.weight_map)))
      await copyFile(form(`sharded/${name}`), join(directory, name));
    change(index);
    const path = join(directory, INDEX);
    await writeFile(path, JSON.stringify(index));
    return path;
  }

  it('names every file that it consists of', async () => {
    const weights = await openRetClipWeights(form(`sharded/${INDEX}`), TOLD);
    expect(weights.files[0]).toBe(form(`sharded/${INDEX}`));
    expect(weights.files.length).toBeGreaterThan(3);
    await weights.close();
  });

  it.each<[string, (index: Index) => void, RegExp]>([
    [
      'whose index leads out of its folder',
      (index) => {
        index.weight_map['visual.proj'] = '../model.safetensors';
      },
      /outside of its folder/,
    ],
    [
      'whose index seeks a tensor in the wrong file',
      ({ weight_map: map }) => {
        map['visual.proj'] = Object.values(map).find((name) => name !== map['visual.proj']) ?? '';
      },
      /"visual\.proj"/,
    ],
    [
      'whose index leaves a tensor out',
      (index) => {
        delete index.weight_map['visual.proj'];
      },
      /has a tensor "visual\.proj" that .* does not seek there/,
    ],
    [
      'of which a file is missing',
      (index) => {
        index.weight_map['visual.proj'] = 'model-00099-of-00099.safetensors';
      },
      /model-00099-of-00099\.safetensors" cannot be opened/,
    ],
  ])('%s is refused', async (_, change, reason) => {
    const path = await changed(change);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(reason);
    await expect(openRetClipWeights(path, TOLD)).rejects.toThrow(UnreadableFileError);
  });

  it('of which one file is given is refused with what to name', async () => {
    const index: Index = JSON.parse(await readFile(form(`sharded/${INDEX}`), 'utf8'));
    const shard = index.weight_map['text_projection.2.bias'] ?? '';
    await expect(openRetClipWeights(form(`sharded/${shard}`), TOLD)).rejects.toThrow(/index/);
  });
});
