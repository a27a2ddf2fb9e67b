import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import type { PreparedFacts } from '../../core/exams/prepared-facts.ts';
import { NOTHING_READ, screeningOutput } from '../../core/exams/screening-output.ts';
import { imageVersion, MODEL } from '../../core/testing/records.ts';
import { detect } from '../../functions/prepare/detect.ts';
import { prepareImage } from '../../judging/index.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { DetectorSession } from '../../model/runtime/detector-session.ts';
import { sharedData } from '../../test/shared-data.ts';

/**
 * How many real pairs are flagged as swapped, by the default bundle's detector alone and with what fovea and disc say of
 * photographs that were turned by half: as the pairs are, with left and right swapped, with both photographs turned, and
 * both. `node bench/real-photographs/turned.ts [--pairs 800] [--sets odir5k_256,eyepacs_400]`.
 */
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '800' },
    sets: { type: 'string', default: 'odir5k_256,eyepacs_400' },
  },
});
const fundus = sharedData('data/fundus', 'photographs turned by half');
if (fundus === undefined) process.exit(0);
const bundle = await openBundle(join(PROJECT_ROOT, 'bundles/default'), { text: false });
const detector = await DetectorSession.load(bundle, { provider: 'cpu', threads: 1 });
const threshold = bundle.manifest.detector?.lateralityThreshold;
if (detector === null || threshold === undefined) throw new Error('The default bundle has no detector.');
const size = bundle.manifest.geometry.vision.imageSize;

type Facts = Pick<PreparedFacts, 'quality' | 'detected' | 'turned'>;

async function factsOf(file: Uint8Array): Promise<Facts> {
  const { pixels, quality, turned } = await prepareImage(file, size);
  const detected =
    quality.gradable && pixels && detector !== null ? await detect(detector, pixels, threshold ?? 1) : null;
  return { quality, detected, turned };
}

/** Whether a pair is flagged, each eye under the name that it is given. */
function isFlagged(eyes: Readonly<Record<Laterality, Facts>>): boolean {
  const found = (eye: Laterality) => [{ image: imageVersion(eye, 1), field: null, facts: eyes[eye] }];
  const readOut = { model: MODEL, runtime: { runtime: 'none', provider: 'none', precision: 'none' } };
  const images = { left: found('left'), right: found('right') };
  return screeningOutput({ requestId: 'r' }, readOut, images, NOTHING_READ).flags.includes(
    'laterality-suspect',
  );
}

const untold = (eyes: Readonly<Record<Laterality, Facts>>) => ({
  left: { ...eyes.left, turned: null },
  right: { ...eyes.right, turned: null },
});
const swapped = <T>({ left, right }: Readonly<Record<Laterality, T>>) => ({ left: right, right: left });
const text = (count: number, of: number) => {
  const { low, high } = wilsonInterval(count, of);
  return `${count} of ${of}, ${[count / of, low, high].map((share) => (100 * share).toFixed(1)).join(' / ')} %`;
};

for (const set of values.sets.split(',')) {
  const rows: Record<string, string>[] = parse(readFileSync(join(fundus, set, 'labels.csv')), {
    columns: true,
    bom: true,
  });
  const pairs = rows.filter((row) => row.left_image && row.right_image);
  const step = Math.max(1, Math.floor(pairs.length / Number(values.pairs)));
  const counts = new Map<string, [alone: number, told: number]>();
  let n = 0;
  for (let index = 0; index < pairs.length; index += step) {
    const files = LATERALITIES.map((eye) =>
      readFileSync(join(fundus, set, 'images', pairs[index]?.[`${eye}_image`] ?? '')),
    );
    const [left, right] = await Promise.all(files.map(factsOf));
    const halfTurns = files.map((file) => sharp(file).rotate(180).jpeg({ quality: 95 }).toBuffer());
    const [leftTurned, rightTurned] = await Promise.all((await Promise.all(halfTurns)).map(factsOf));
    if (!left || !right || !leftTurned || !rightTurned) continue;
    if (left.detected === null || right.detected === null) continue;
    n += 1;
    const upright = { left, right };
    const turned = { left: leftTurned, right: rightTurned };
    const cases = {
      'as they are': upright,
      swapped: swapped(upright),
      turned,
      'turned and swapped': swapped(turned),
    };
    for (const [name, eyes] of Object.entries(cases)) {
      const [alone, told] = counts.get(name) ?? [0, 0];
      counts.set(name, [alone + Number(isFlagged(untold(eyes))), told + Number(isFlagged(eyes))]);
    }
  }
  console.log(
    `${set}, ${n} pairs of two gradable eyes; flagged by the detector alone, and with fovea and disc:`,
  );
  for (const [name, [alone, told]] of counts)
    console.log(`  ${name.padEnd(18)}  ${text(alone, n)};  ${text(told, n)}`);
}
await detector.release();
