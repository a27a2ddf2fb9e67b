import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseHead } from '../../core/heads/head.ts';
import { type Bundle, openBundle } from '../bundle/index.ts';
import { type BenchmarkResult, resultsIn } from './benchmark-result.ts';
import { loadBenchmark } from './load-benchmark.ts';
import { runBenchmark } from './run-benchmark.ts';
import { PAPILA } from './sets/glaucoma.ts';
import { ODIR } from './sets/odir.ts';
import { writeMiniature } from './testing/miniature.ts';

let root: string;
let bundle: Bundle;
let brightness = 0;

/** A plain picture whose colour tells its class, or its first labels. */
async function colouredPhotograph(values: readonly number[]): Promise<Uint8Array> {
  brightness = (brightness + 7) % 40;
  const [red = 0, green = 0, blue = 0] =
    values.length === 1 ? [0, 1, 2].map((one) => Number(one === values[0])) : values;
  const level = (one: number): number => 30 + 160 * one + brightness;
  const background = { r: level(red), g: level(green), b: level(blue) };
  return sharp({ create: { width: 24, height: 24, channels: 3, background } })
    .jpeg()
    .toBuffer();
}

const SIZES = { train: 12, validation: 9, test: 9 };
const at = (...names: string[]) => join(root, ...names);
const options = (out: string) => ({ precision: 'fp32', out: at(out), resamples: 20, seed: 1 }) as const;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'run-benchmark-'));
  bundle = await openBundle('bundles/default', { text: false });
  const photograph = colouredPhotograph;
  await writeMiniature(at('papila'), PAPILA, 'class folders', { sizes: SIZES, photograph });
  await writeMiniature(at('odir'), ODIR, 'by split', { sizes: SIZES, photograph });
});
afterAll(() => rm(root, { recursive: true }));

describe('the linear protocol', () => {
  let first: BenchmarkResult;

  it('learns classes from train, and keeps features, head, report and figures', async () => {
    const run = await runBenchmark(bundle, await loadBenchmark(PAPILA, at('papila')), options('out'));
    first = run.result;
    expect(run.unreadable).toEqual([]);
    expect(first.cases).toEqual(SIZES);
    expect(first.test.auroc.value).toBe(1);
    expect(first.tried.map(({ penalty }) => penalty)).toContain(first.penalty);
    expect(first.featuresReused).toBe(false);
    expect(await readdir(at('out', 'papila'))).toEqual(
      expect.arrayContaining(['benchmark.json', 'features.safetensors', 'head.json', 'index.html']),
    );
    expect(parseHead(await readFile(at('out', 'papila', 'head.json'), 'utf8'), 'head').model).toBe(
      bundle.manifest.id,
    );
  });

  it('goes on with the features that it has', async () => {
    const again = await runBenchmark(bundle, await loadBenchmark(PAPILA, at('papila')), options('out'));
    expect({ ...again.result, madeAt: '', featuresReused: false }).toEqual({ ...first, madeAt: '' });
    expect(again.result.featuresReused).toBe(true);
  });

  it('never looks at test: with its labels exchanged the head is the same, and only its figures change', async () => {
    const swap = async (a: string, b: string) => {
      await rename(a, `${a}-away`);
      await rename(b, a);
      await rename(`${a}-away`, b);
    };
    const before = await readFile(at('out', 'papila', 'head.json'), 'utf8');
    await swap(at('papila', 'test', 'anormal'), at('papila', 'test', 'cglaucoma'));
    const { result } = await runBenchmark(
      bundle,
      await loadBenchmark(PAPILA, at('papila')),
      options('swapped'),
    );
    expect(await readFile(at('swapped', 'papila', 'head.json'), 'utf8')).toBe(before);
    expect(result.penalty).toBe(first.penalty);
    expect(result.validation).toEqual(first.validation);
    expect(result.test.auroc.value).toBeLessThan(0.8);
  });

  it('reads both eyes of patients, and names photographs that cannot be read', async () => {
    await writeFile(at('odir', 'train', 'left', '3_left.jpg'), 'no photograph');
    await writeFile(at('odir', 'train', 'left', '5_left.jpg'), 'no photograph');
    await writeFile(at('odir', 'train', 'right', '5_right.jpg'), 'no photograph');
    const run = await runBenchmark(bundle, await loadBenchmark(ODIR, at('odir')), options('out'));
    expect(run.unreadable.map(({ path }) => path.slice(root.length + 1))).toEqual([
      'odir/train/left/3_left.jpg',
      'odir/train/left/5_left.jpg',
      'odir/train/right/5_right.jpg',
    ]);
    expect(run.result.cases).toEqual({ ...SIZES, train: 11 });
    expect(run.result.test.auroc.value).toBeGreaterThan(0.7);
    expect((await resultsIn(at('out'))).map(({ set }) => set)).toEqual(['odir', 'papila']);
  });

  it('says so if no photograph of a split can be read', async () => {
    for (const name of await readdir(at('papila', 'val', 'anormal'))) {
      for (const kind of ['anormal', 'bsuspectglaucoma', 'cglaucoma']) {
        const files = await readdir(at('papila', 'val', kind));
        for (const file of files) await writeFile(at('papila', 'val', kind, file), name);
      }
    }
    const run = runBenchmark(bundle, await loadBenchmark(PAPILA, at('papila')), options('unreadable'));
    await expect(run).rejects.toThrow(/No photograph in split validation .* can be read/);
  });
});
