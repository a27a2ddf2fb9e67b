import { appendFile, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DETECTOR_CHECKPOINT } from '../../bundles/detector-file.ts';
import { openBundle } from '../bundle/index.ts';
import { GEOMETRIES, toldOf } from '../checkpoint/testing/geometries.ts';
import { writeTorchCheckpoint } from '../checkpoint/testing/write-checkpoint.ts';
import { DetectorError } from '../errors.ts';
import { type ImportOptions, importCheckpoint } from '../import/import-checkpoint.ts';
import { DetectorSession } from '../runtime/detector-session.ts';
import { verifyBundle } from '../verification/verify-bundle.ts';
import { testPattern, verifyDetector } from '../verification/verify-detector.ts';
import { readDetectorSettings } from './detector-settings.ts';

const SETTINGS_FILE = DETECTOR_CHECKPOINT.replace('.safetensors', '.json');
const tiny = GEOMETRIES.tiny;
if (tiny.vision.kind !== 'vit') throw new Error('Expected a vision transformer.');
/** A tower of twice the detector's size, of its own size, and of one that is not a multiple of it. */
const sized = (imageSize: number) => ({ ...tiny, vision: { ...tiny.vision, imageSize, patchSize: 16 } });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'detector-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function importWith(imageSize: number, change: Partial<ImportOptions> = {}) {
  const geometry = sized(imageSize);
  const checkpoint = join(directory, 'random.pt');
  const vocabulary = join(directory, 'vocab.txt');
  const entries = Array.from({ length: geometry.text.vocabulary - 5 }, (_, index) => `word${index}`);
  await writeTorchCheckpoint(checkpoint, { geometry, seed: 'detector' });
  await writeFile(vocabulary, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...entries].join('\n'));
  const out = join(directory, `bundle-${Math.random()}`);
  const options = { checkpoint, vocabulary, out, precisions: ['fp32'] as const, told: toldOf(geometry) };
  return importCheckpoint({ ...options, detector: DETECTOR_CHECKPOINT, ...change });
}

/** A picture with its columns turned round. */
function mirrored(pixels: Uint8Array, size: number): Uint8Array {
  return pixels.map((_, index) => {
    const column = Math.floor(index / 3) % size;
    return pixels[index + (size - 1 - 2 * column) * 3] ?? 0;
  });
}

describe('a bundle with a detector', () => {
  it.each([112, 192, 224])('computes at %i pixels what PyTorch did', async (size) => {
    const bundle = await importWith(size);
    const session = await DetectorSession.load(bundle, { provider: 'cpu' });
    const logits = await session?.run(testPattern(size));
    const { reference } = await readDetectorSettings(DETECTOR_CHECKPOINT);
    for (const [output, logit] of reference.logits.entries()) expect(logits?.[output]).toBeCloseTo(logit, 3);
    expect(Math.abs(reference.logits[0])).toBeGreaterThan(0.05);
    await session?.release();
    await verifyBundle(bundle);
  });

  it('sees the other eye and the same quality in a mirrored picture, in whatever batch and size', async () => {
    const size = 160;
    const session = await DetectorSession.load(await importWith(size), { provider: 'cpu' });
    const pattern = testPattern(size);
    const alone = (await session?.run(pattern)) ?? [];
    const pair = (await session?.run(Buffer.concat([mirrored(pattern, size), pattern]))) ?? [];
    expect(pair[0]).toBeCloseTo(-(alone[0] ?? 0), 4);
    expect(pair[1]).toBeCloseTo(alone[1] ?? 0, 4);
    expect([...pair.slice(2)]).toEqual([...alone]);
    await expect(session?.run(pattern.subarray(1))).rejects.toThrow('whole pictures');
    await session?.release();
  });

  it('has another id than one without, or with another threshold; the same with the same', async () => {
    const other = join(directory, 'other.safetensors');
    await copyFile(DETECTOR_CHECKPOINT, other);
    const settings = JSON.parse(await readFile(SETTINGS_FILE, 'utf8'));
    await writeFile(
      join(directory, 'other.json'),
      JSON.stringify({ ...settings, lateralityThreshold: 0.99 }),
    );
    const bundles = [
      await importWith(112),
      await importWith(112),
      await importWith(112, { detector: other }),
      await importWith(112, { detector: undefined }),
    ];
    const [first, same, ...others] = bundles.map(({ manifest }) => manifest.id);
    expect(same).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('is refused once its detector or its threshold was changed', async () => {
    const bundle = await importWith(112);
    const manifestFile = join(bundle.directory, 'model.json');
    const manifest = JSON.parse(await readFile(manifestFile, 'utf8'));
    const changed = { ...manifest, detector: { ...manifest.detector, lateralityThreshold: 0.51 } };
    await writeFile(manifestFile, JSON.stringify(changed));
    await expect(openBundle(bundle.directory)).rejects.toThrow('changed after it was made');
    const { detector: _, ...without } = manifest;
    await writeFile(manifestFile, JSON.stringify(without));
    await expect(openBundle(bundle.directory)).rejects.toThrow('changed after it was made');
    await writeFile(manifestFile, JSON.stringify(manifest));
    await appendFile(join(bundle.directory, 'detector.onnx'), 'x');
    await expect(openBundle(bundle.directory)).rejects.toThrow('detector.onnx');
    await rm(join(bundle.directory, 'detector.onnx'));
    await expect(openBundle(bundle.directory)).rejects.toThrow('is missing');
  });

  it('is refused if its detector computes something else than in training', async () => {
    const { directory: folder, manifest } = await importWith(112);
    if (manifest.detector === undefined) throw new Error('no detector');
    const detector = { ...manifest.detector, reference: { logits: [9, 9] as [number, number] } };
    await expect(
      verifyDetector({ directory: folder, manifest: { ...manifest, detector }, heads: [], policies: [] }),
    ).rejects.toThrow('Do not screen with it');
  });
});

describe('a bundle without a detector', () => {
  it('has none to load, and is sound', async () => {
    const bundle = await importWith(112, { detector: undefined });
    expect(await DetectorSession.load(bundle)).toBeNull();
    expect(bundle.manifest).not.toHaveProperty('detector');
    await verifyBundle(bundle);
  });
});

describe('an import', () => {
  it.each([
    ['no settings', null],
    ['settings that are not JSON', '{'],
    ['a threshold below a half', '{"format":1,"lateralityThreshold":0.4}'],
    [
      'an unknown field',
      '{"format":1,"lateralityThreshold":0.9,"reference":{"logits":[0,0]},"accuracy":{},"x":1}',
    ],
  ])('of a detector with %s is refused and leaves nothing behind', async (_, settings) => {
    const detector = join(directory, 'bad.safetensors');
    await copyFile(DETECTOR_CHECKPOINT, detector);
    if (settings !== null) await writeFile(join(directory, 'bad.json'), settings);
    const out = join(directory, 'refused');
    await expect(importWith(112, { detector, out })).rejects.toThrow(DetectorError);
    await expect(openBundle(out)).rejects.toThrow('no model bundle');
  });

  it('of a detector that needs larger pictures than the model has is refused', async () => {
    await expect(importWith(96)).rejects.toThrow('112 px');
  });

  it('of a RET-CLIP checkpoint in place of a detector is refused', async () => {
    const detector = join(directory, 'random.pt');
    await copyFile(SETTINGS_FILE, join(directory, 'random.json'));
    await expect(importWith(112, { detector })).rejects.toThrow(/random\.pt/);
  });
});
