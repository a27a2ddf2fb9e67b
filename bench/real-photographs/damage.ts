import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { ImageError } from '../../decoding/index.ts';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { DAMAGES, type Damage } from '../../decoding/testing/damages.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { Random } from '../../phantoms/random.ts';
import { sharedData } from '../../test/shared-data.ts';

/**
 * How many damaged files are refused as `truncated-file`, and how many sound ones:
 * `node bench/real-photographs/damage.ts [--photographs 1200] [--damaged 60]`. A damage counts where it changes the picture that a
 * model sees by a mean of more than half a level; one that changes less is harmless whether or not it is refused.
 */
const { values } = parseArgs({
  options: { photographs: { type: 'string', default: '1200' }, damaged: { type: 'string', default: '60' } },
});
const SIDE = 224;
/** In levels, of the squashed picture as a decoder that forgives everything gives it. */
const HARM = 0.5;

const fundus = sharedData('data/fundus', 'damaged photographs');
if (fundus === undefined) process.exit(0);
const files = ['odir5k_256', 'eyepacs_400', 'aptos_dr234_256', 'chase_db1_512', 'eyepacs_full'].flatMap(
  (set) =>
    readdirSync(join(fundus, set, 'images')).map((name) => ({
      set,
      path: join(fundus, set, 'images', name),
    })),
);
const spread = (count: number) =>
  Array.from({ length: Math.min(count, files.length) }, (_, index) => {
    const file = files[Math.floor((index * files.length) / Math.min(count, files.length))];
    if (file === undefined) throw new Error('Expected a file.');
    return file;
  });

async function isRefused(file: Uint8Array): Promise<string | null> {
  try {
    await squashImage(file, [SIDE]);
    return null;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.reason;
  }
}

/** What a decoder that forgives everything gives; `null` if it gives nothing. */
function forgiven(file: Uint8Array): Promise<Buffer | null> {
  return sharp(file, { failOn: 'none' })
    .removeAlpha()
    .resize(SIDE, SIDE, { fit: 'fill' })
    .raw()
    .toBuffer()
    .catch(() => null);
}

function distance(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, level, index) => sum + Math.abs(level - (b[index] ?? 0)), 0) / a.length;
}

const shareText = (part: number, whole: number) => {
  const { low, high } = wilsonInterval(part, whole);
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${part} of ${whole}, ${percent(part / whole)} % (${percent(low)} to ${percent(high)})`;
};

let refused = 0;
const sound = spread(Number(values.photographs));
for (const { path } of sound) {
  const reason = await isRefused(readFileSync(path));
  if (reason !== null) {
    refused += 1;
    console.log(`refused: ${path}: ${reason}`);
  }
}
console.log(`sound photographs refused: ${shareText(refused, sound.length)}\n`);
console.log(
  '| damage | coding | of harmful ones, refused | harmless ones | of these, refused |\n|---|---|---|---|---|',
);
for (const coding of ['as it is', 'progressive'] as const) {
  for (const damage of Object.keys(DAMAGES) as Damage[]) {
    let [harmful, found, harmless, needless] = [0, 0, 0, 0];
    for (const { path } of spread(Number(values.damaged))) {
      const own = readFileSync(path);
      const file =
        coding === 'as it is' ? own : await sharp(own).jpeg({ quality: 90, progressive: true }).toBuffer();
      const damaged = DAMAGES[damage](file, new Random('damage', path, damage, coding));
      if (damaged === null) continue;
      const [before, after] = [await forgiven(file), await forgiven(damaged)];
      const isHarm = before === null || after === null || distance(before, after) > HARM;
      const isFound = (await isRefused(damaged)) !== null;
      if (isHarm) [harmful, found] = [harmful + 1, found + (isFound ? 1 : 0)];
      else [harmless, needless] = [harmless + 1, needless + (isFound ? 1 : 0)];
    }
    if (harmful + harmless === 0) continue;
    console.log(`| ${damage} | ${coding} | ${shareText(found, harmful)} | ${harmless} | ${needless} |`);
  }
}
