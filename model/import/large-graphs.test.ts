import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { openLocalHome } from '../../local/home.ts';
import { fetchBundle } from '../bundle/fetch-bundle.ts';
import { type Bundle, openBundle } from '../bundle/index.ts';
import { hasEvidenceGraph } from '../evidence/evidence-graph.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import { verifyBundle } from '../verification/verify-bundle.ts';
import { importCheckpoint } from './import-checkpoint.ts';

const CHECKPOINT = fileURLToPath(new URL('../reference/pytorch/vit.pt', import.meta.url));
const EXPECTED = fileURLToPath(new URL('../reference/pytorch/vit.expected.json', import.meta.url));
/** A limit that the vision and the text tower pass, and the mappings do not. */
const LARGEST = 64 * 1024;
const WEIGHTS = 'vision.fp32.onnx.data';

let folder: string;
let bundle: Bundle;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'large-'));
  const words = Array.from({ length: 15 }, (_, index) => `word${index}`);
  await writeFile(
    join(folder, 'vocab.txt'),
    ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n'),
  );
  bundle = await importCheckpoint({
    ...{ checkpoint: CHECKPOINT, vocabulary: join(folder, 'vocab.txt'), out: join(folder, 'large') },
    ...{ precisions: ['fp32', 'fp16', 'int8'], told: { visionHeads: 2, textHeads: 1 }, largestFile: LARGEST },
  });
});
afterAll(() => rm(folder, { recursive: true }));

describe('a graph that is larger than its file may be', () => {
  it('has its weights in a second file, which the manifest and the id cover', async () => {
    const names = await readdir(join(folder, 'large'));
    expect(names).toContain(WEIGHTS);
    expect(names).toContain('text.onnx.data');
    expect(names).not.toContain('fusion.onnx.data');
    expect((await stat(join(folder, 'large/vision.fp32.onnx'))).size).toBeLessThan(LARGEST);
    expect(Object.keys(bundle.manifest.files)).toEqual(expect.arrayContaining([WEIGHTS, 'text.onnx.data']));
  });

  it('computes what PyTorch computes', async () => {
    const { features }: { features: number[][] } = JSON.parse(await readFile(EXPECTED, 'utf8'));
    const [wanted = []] = features;
    const vision = await VisionSession.load(bundle, { precision: 'fp32', provider: 'cpu' });
    // The first picture that the script beside the checkpoint makes.
    const found = await vision.run(
      Uint8Array.from({ length: 32 * 32 * 3 }, (_, index) => (Math.floor(index / 5) * 53) % 256),
    );
    await vision.release();
    const largest = Math.max(...wanted.map(Math.abs));
    expect(found).toHaveLength(wanted.length);
    wanted.forEach((value, index) => {
      expect(Math.abs((found[index] ?? 0) - value)).toBeLessThan(1e-5 * largest);
    });
    await expect(verifyBundle(bundle)).resolves.toHaveLength(4);
    expect(hasEvidenceGraph(bundle.manifest)).toBe(false);
  });

  it('is not loaded once its weights were changed', async () => {
    const path = join(folder, 'large', WEIGHTS);
    const sound = await readFile(path);
    const changed = Buffer.from(sound);
    changed[5_000] = (changed[5_000] ?? 0) ^ 1;
    await writeFile(path, changed);
    const opened = await openBundle(join(folder, 'large'));
    const loading = VisionSession.load(opened, { precision: 'fp32', provider: 'cpu' });
    await expect(loading).rejects.toThrow(`File "${WEIGHTS}" of bundle`);
    await writeFile(path, sound.subarray(1));
    await expect(openBundle(join(folder, 'large'))).rejects.toThrow(`File "${WEIGHTS}"`);
    await writeFile(path, sound);
  });

  it('is not loaded where its weights are not among the files of the manifest', async () => {
    const path = join(folder, 'large', 'model.json');
    const sound = await readFile(path, 'utf8');
    const manifest = JSON.parse(sound);
    delete manifest.files[WEIGHTS];
    await writeFile(path, JSON.stringify(manifest));
    await expect(openBundle(join(folder, 'large'))).rejects.toThrow(/was changed after it was made/);
    await writeFile(path, sound);
  });

  it('is fetched with its weights, and without those of the text tower', async () => {
    const home = await openLocalHome(join(folder, 'data'));
    const { id } = bundle.manifest;
    for (const name of ['model.json', ...Object.keys(bundle.manifest.files)])
      await home.objects.put(bundleFileKey(id, name), await readFile(join(folder, 'large', name)));
    const fetched = await fetchBundle(home.objects, id, join(folder, 'cache'));
    const names = await readdir(fetched.directory);
    expect(names).toContain(WEIGHTS);
    expect(names.filter((name) => name.startsWith('text'))).toEqual([]);
    const vision = await VisionSession.load(fetched, { precision: 'fp32', provider: 'cpu' });
    await vision.release();
    await home.close();
  });
});
