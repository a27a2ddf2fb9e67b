import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { configureDecoder } from '../decoding/pixels/open-image.ts';
import { squashImage } from '../decoding/pixels/squash.ts';
import { PreparationPool } from '../judging/preparation-pool.ts';
import { PREPROCESSING } from '../model/preprocessing/contract.ts';
import { generatePatient } from '../phantoms/index.ts';
import { secondsOf, spreadText } from './figures.ts';

/**
 * A photograph made ready for the model, against the same work in a naive way (the whole picture decoded, resized and
 * normalised in JavaScript), alternating in one run:
 * `node bench/preprocessing.ts [--size 2048] [--rounds 5] [--images 12] [files …]`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '2048' },
    rounds: { type: 'string', default: '5' },
    images: { type: 'string', default: '12' },
  },
});
const SIZE = 224;

/** PIL's antialiased bicubic weights (a = -0.5) of one axis. */
function weightsOf(from: number): { readonly start: number; readonly weights: Float64Array }[] {
  const scale = from / SIZE;
  const support = 2 * Math.max(1, scale);
  return Array.from({ length: SIZE }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - support + 0.5));
    const end = Math.min(from, Math.floor(centre + support + 0.5));
    const weights = Float64Array.from({ length: end - start }, (_value, at) => {
      const x = Math.abs((start + at + 0.5 - centre) / Math.max(1, scale));
      if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
      return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
    });
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

/** Decodes to the full size, then does everything pixel by pixel. */
async function naive(file: Uint8Array): Promise<Float32Array> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const columns = weightsOf(width);
  const rows = weightsOf(height);
  const narrow = new Float64Array(height * SIZE * 3);
  for (let y = 0; y < height; y += 1) {
    for (const [x, { start, weights }] of columns.entries()) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let at = 0; at < weights.length; at += 1) {
          sum += (weights[at] ?? 0) * (data[(y * width + start + at) * 3 + channel] ?? 0);
        }
        narrow[(y * SIZE + x) * 3 + channel] = sum;
      }
    }
  }
  const result = new Float32Array(3 * SIZE * SIZE);
  for (const [y, { start, weights }] of rows.entries()) {
    for (let x = 0; x < SIZE; x += 1) {
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0;
        for (let at = 0; at < weights.length; at += 1) {
          sum += (weights[at] ?? 0) * (narrow[((start + at) * SIZE + x) * 3 + channel] ?? 0);
        }
        const level = Math.min(255, Math.max(0, Math.round(sum))) / 255;
        const mean = PREPROCESSING.mean[channel] ?? 0;
        result[channel * SIZE * SIZE + y * SIZE + x] =
          (level - mean) / (PREPROCESSING.standardDeviation[channel] ?? 1);
      }
    }
  }
  return result;
}

async function photographs(): Promise<Uint8Array[]> {
  if (positionals.length > 0) return Promise.all(positionals.map((name) => readFile(name)));
  const files: Uint8Array[] = [];
  for (let index = 0; files.length < Number(values.images); index += 1) {
    const { left } = await generatePatient({ seed: 'bench', index, size: Number(values.size) });
    if (left !== null) files.push(left.jpeg);
  }
  return files;
}

configureDecoder();
const files = await photographs();
const pool = new PreparationPool(2, SIZE);
await Promise.all(files.map((file) => pool.prepare(file)));
const ways = [
  {
    name: 'naive, one after the other',
    rates: [] as number[],
    run: async () => {
      for (const file of files) await naive(file);
    },
  },
  {
    name: 'squashImage in this process, one after the other',
    rates: [] as number[],
    run: async () => {
      for (const file of files) await squashImage(file, [SIZE]);
    },
  },
  {
    name: 'preparation: 2 processes, with the quality gate',
    rates: [] as number[],
    run: () => Promise.all(files.map((file) => pool.prepare(file))),
  },
];
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { rates, run } of ways) rates.push(files.length / (await secondsOf(run)));
}
await pool.close();
const [first] = files;
if (first !== undefined) {
  const [{ pixels } = { pixels: new Uint8Array() }] = await squashImage(first, [SIZE]);
  const reference = await naive(first);
  let sum = 0;
  for (const [index, level] of pixels.entries()) {
    const channel = index % 3;
    const value = reference[channel * SIZE * SIZE + Math.floor(index / 3)] ?? 0;
    const expected =
      (value * (PREPROCESSING.standardDeviation[channel] ?? 1) + (PREPROCESSING.mean[channel] ?? 0)) * 255;
    sum += Math.abs(level - expected);
  }
  console.log(
    `${files.length} photographs; the first differs by a mean of ${(sum / pixels.length).toFixed(3)} levels`,
  );
}
const [slow] = ways;
for (const { name, rates } of ways) {
  const ratios = rates.map((rate, round) => rate / (slow?.rates[round] ?? Number.NaN));
  console.log(`${name.padEnd(46)} ${spreadText(rates, 1)} images/s, ratio ${spreadText(ratios, 1)}`);
}
