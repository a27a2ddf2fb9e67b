import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseHead } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import { DECODING_CONTRACTS, type DecodingContract } from '../../decoding/index.ts';
import { FRAMES, type Frame } from '../../decoding/testing/frames.ts';
import { prepareImage } from '../../judging/index.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { VisionSession } from '../../model/runtime/vision-session.ts';
import { sharedData } from '../../test/shared-data.ts';
import { type LabelledEye, labelledEyes } from './labelled-eyes.ts';

/**
 * How many findings of the default model's head of single eyes change, and how far its logits move, when a photograph is
 * laid on other frames, under each contract: `node bench/real-photographs/frames.ts [--eyes 120]`. The eyes are those of ODIR-5K's
 * patients that the model was not trained on. The default weights were trained under `squash-bicubic-v1`, so their findings
 * under `field-bicubic-v1` are compared with themselves only.
 */
const { values } = parseArgs({ options: { eyes: { type: 'string', default: '120' } } });
const MODEL = join(PROJECT_ROOT, 'bundles/default');
const HEAD = 'odir-eye';

const fundus = sharedData('data/fundus', 'photographs in other frames');
if (fundus === undefined) process.exit(0);
const bundle = await openBundle(MODEL, { text: false });
const vision = await VisionSession.load(bundle, { provider: 'cpu', precision: 'fp32', threads: 1 });
const scorer = new HeadScorer(parseHead(readFileSync(join(MODEL, 'heads', `${HEAD}.json`), 'utf8'), HEAD));

interface Read {
  readonly positive: boolean;
  readonly logit: number;
}

/** What the head finds in an eye; `null` if its photograph is ungradable. */
async function readsOf(
  file: Uint8Array,
  eye: LabelledEye['eye'],
  contract: DecodingContract,
): Promise<readonly Read[] | null> {
  const { pixels, quality } = await prepareImage(file, vision.imageSize, contract);
  if (pixels === null || !quality.gradable) return null;
  const visual = await vision.run(pixels);
  const images = [{ image: 'one', laterality: eye, field: 'macula' as const, visual }];
  const none = { left: null, right: null, patient: new Float32Array(0) };
  const features = { ...none, images, [eye]: { visual, mapped: visual } };
  return scorer.score(features).map(({ probability, threshold }) => ({
    positive: probability >= threshold,
    logit: Math.log(probability / (1 - probability)),
  }));
}

interface Tally {
  findings: number;
  changed: number;
  ungradable: number;
  readonly moves: number[];
}

const tallies = new Map<string, Tally>();
const eyes = labelledEyes(fundus).slice(0, Number(values.eyes));
for (const { path, eye } of eyes) {
  const file = readFileSync(path);
  for (const contract of DECODING_CONTRACTS) {
    const plain = await readsOf(file, eye, contract);
    if (plain === null) continue;
    for (const frame of Object.keys(FRAMES) as Frame[]) {
      const name = `${contract}|${frame}`;
      const tally = tallies.get(name) ?? { findings: 0, changed: 0, ungradable: 0, moves: [] };
      tallies.set(name, tally);
      const framed = await readsOf(await FRAMES[frame](file), eye, contract);
      if (framed === null) {
        tally.ungradable += 1;
        continue;
      }
      plain.forEach(({ positive, logit }, label) => {
        tally.findings += 1;
        if (framed[label]?.positive !== positive) tally.changed += 1;
        tally.moves.push(Math.abs((framed[label]?.logit ?? Number.NaN) - logit));
      });
    }
  }
}
await vision.release();

const percent = (share: number) => (100 * share).toFixed(1);
console.log(`${eyes.length} eyes; head ${HEAD}, fp32; 95 % intervals by Wilson\n`);
console.log(
  '| contract | frame | findings that change | median and 95th percentile of the logits’ moves | refused |',
);
console.log('|---|---|---|---|---|');
for (const [name, { findings, changed, ungradable, moves }] of tallies) {
  const { low, high } = wilsonInterval(changed, findings);
  const ranked = moves.toSorted((a, b) => a - b);
  const at = (share: number) => (ranked[Math.floor(share * (ranked.length - 1))] ?? Number.NaN).toFixed(3);
  const share = `${changed} of ${findings}, ${percent(changed / findings)} % (${percent(low)} to ${percent(high)})`;
  const [contract, frame] = name.split('|');
  console.log(`| \`${contract}\` | ${frame} | ${share} | ${at(0.5)}, ${at(0.95)} | ${ungradable} |`);
}
