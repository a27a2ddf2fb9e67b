import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ExamFeatures, ImageFeatures } from '../../core/exams/exam-features.ts';
import type { Field } from '../../core/exams/field.ts';
import { parseHead } from '../../core/heads/head.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { INSPECTION_SIZE, judge } from '../../judging/index.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { VisionSession } from '../../model/runtime/vision-session.ts';
import { Random } from '../../phantoms/random.ts';
import { sharedData } from '../../test/shared-data.ts';
import { EYE_LABELS, type EyeLabel, type LabelledEye, labelledEyes } from './labelled-eyes.ts';
import { pseudoDisc, retake } from './made-images.ts';
import { pairedDifference } from './paired-shares.ts';

/**
 * Sensitivity and specificity of eyes with several images by rule, against one image, at the thresholds of the default
 * model's head of single eyes, and of two fields at thresholds of their own besides: `node bench/real-photographs/several-images.ts [--eyes 1000]`. The eyes are those of ODIR-5K's
 * patients that the model was not trained on; their further images are made of the photograph, by a seed: see
 * `made-images.ts`.
 */
const { values } = parseArgs({ options: { eyes: { type: 'string', default: '1000' } } });
const MODEL = join(PROJECT_ROOT, 'bundles/default');
const HEAD = 'odir-eye';
const MADE = 4;

/** How the images of an eye are read. `null` is an eye's own photograph, the others are made of it. */
const RULES = {
  'the photograph itself': { images: [null], by: 'rule' },
  'one image': { images: [0], by: 'rule' },
  'two images, mean in field': { images: [0, 1], by: 'rule' },
  'two images, maximum over images': { images: [0, 1], by: 'maximum' },
  'four images, mean in field': { images: [0, 1, 2, 3], by: 'rule' },
  'four images, maximum over images': { images: [0, 1, 2, 3], by: 'maximum' },
  'macula and pseudo-disc, maximum over fields': { images: [0, 'disc'], by: 'rule' },
  'macula and pseudo-disc, own thresholds': { images: [0, 'disc'], by: 'own thresholds' },
} as const;
type Rule = keyof typeof RULES;
const AGAINST: Rule = 'one image';

const fundus = sharedData('data/fundus', 'several images of real eyes');
if (fundus === undefined) process.exit(0);
const bundle = await openBundle(MODEL, { text: false });
const vision = await VisionSession.load(bundle, { provider: 'cpu', precision: 'fp32', threads: 1 });
const scorer = new HeadScorer(parseHead(readFileSync(join(MODEL, 'heads', `${HEAD}.json`), 'utf8'), HEAD));

async function pixelsOf(file: Uint8Array): Promise<Uint8Array> {
  const [square] = await squashImage(file, [vision.imageSize]);
  if (square === undefined) throw new Error('A photograph gives no pixels.');
  return square.pixels;
}

/** Each image of an eye by its name in `RULES`; `null` if its photograph is ungradable. */
async function imagesOf({ path, eye }: LabelledEye): Promise<Map<unknown, ImageFeatures> | null> {
  const file = readFileSync(path);
  const [square] = await squashImage(file, [INSPECTION_SIZE]);
  if (square === undefined || !judge(square).quality.gradable) return null;
  const name = path.split('/').at(-1) ?? '';
  const made = await Promise.all(
    Array.from({ length: MADE }, (_, index) => retake(file, new Random('retake', name, index))),
  );
  // The pseudo-disc is another press of the button too.
  const again = await retake(file, new Random('retake', name, 'disc'));
  const files: [unknown, Field, Uint8Array][] = [
    [null, 'macula', file],
    ...made.map((image, index): [unknown, Field, Uint8Array] => [index, 'macula', image]),
    ['disc', 'disc', await pseudoDisc(again, eye, new Random('disc', name))],
  ];
  const pixels = await Promise.all(files.map(([, , image]) => pixelsOf(image)));
  const features = await vision.run(Buffer.concat(pixels));
  return new Map(
    files.map(([image, field], row) => [
      image,
      {
        ...{ image: `${name} ${image}`, laterality: eye, field },
        visual: features.slice(row * vision.embedding, (row + 1) * vision.embedding),
      },
    ]),
  );
}

/** The eye's finding of each label. */
function findingsOf(images: readonly ImageFeatures[], eye: LabelledEye['eye']) {
  const [primary] = images;
  const own = primary && { visual: primary.visual, mapped: primary.visual };
  const features: ExamFeatures = {
    ...{ left: null, right: null, patient: new Float32Array(0), images },
    [eye]: own,
  };
  return scorer.score(features);
}

/** Whether the eye's finding of each label reaches the head's threshold. */
function positives(images: readonly ImageFeatures[], eye: LabelledEye['eye']): Map<string, boolean> {
  const findings = findingsOf(images, eye);
  return new Map(findings.map(({ label, probability, threshold }) => [label, probability >= threshold]));
}

function readBy(rule: Rule, images: Map<unknown, ImageFeatures>, eye: LabelledEye['eye']) {
  const { images: names, by } = RULES[rule];
  const own = names.flatMap((name) => images.get(name) ?? []);
  if (by !== 'maximum') return positives(own, eye);
  const each = own.map((image) => positives([image], eye));
  return new Map([...(each[0] ?? [])].map(([label]) => [label, each.some((of) => of.get(label) === true)]));
}

interface Read {
  readonly eye: LabelledEye;
  readonly found: Map<Rule, ReadonlyMap<string, boolean>>;
  /** Of two fields, the probability of each label. */
  readonly ofTwoFields: ReadonlyMap<string, number>;
}

const reads: Read[] = [];
const eyes = labelledEyes(fundus).slice(0, Number(values.eyes));
for (const eye of eyes) {
  const images = await imagesOf(eye);
  if (images === null) continue;
  const rules = Object.keys(RULES) as Rule[];
  const two = [0, 'disc'].flatMap((name) => images.get(name) ?? []);
  reads.push({
    eye,
    found: new Map(rules.map((rule) => [rule, readBy(rule, images, eye.eye)])),
    ofTwoFields: new Map(findingsOf(two, eye.eye).map(({ label, probability }) => [label, probability])),
  });
}
await vision.release();

const LABELS = Object.keys(EYE_LABELS) as EyeLabel[];
/** What is asked of an eye: one label, or whether it has any of them. */
const QUESTIONS: readonly (readonly [string, readonly EyeLabel[]])[] = [
  ...LABELS.map((label) => [label, [label]] as const),
  ['any of these', LABELS],
];

const FOLDS = 5;

/**
 * The threshold by which, of some eyes without a label, two fields call as many healthy as one image does. It lies halfway
 * between two probabilities.
 */
function ownThreshold(label: EyeLabel, chosenBy: readonly Read[]): number {
  const healthy = chosenBy.filter(({ eye }) => !eye.has[label]);
  const kept = healthy.filter(({ found }) => found.get(AGAINST)?.get(label) !== true).length;
  const rising = healthy.map(({ ofTwoFields }) => ofTwoFields.get(label) ?? 0).sort((a, b) => a - b);
  return ((rising[kept - 1] ?? 0) + (rising[kept] ?? 1)) / 2;
}

/** Judges each eye of two fields by thresholds that were chosen without its patient. */
function judgeByOwnThresholds(): void {
  const draw = new Random('folds');
  const groups = [...new Set(reads.map(({ eye }) => eye.group))].sort();
  const drawn = groups.map((group) => ({ group, at: draw.next() })).sort((a, b) => a.at - b.at);
  const order = new Map(drawn.map(({ group }, place) => [group, place % FOLDS]));
  for (let fold = 0; fold < FOLDS; fold += 1) {
    const others = reads.filter(({ eye }) => order.get(eye.group) !== fold);
    const thresholds = new Map(LABELS.map((label) => [label, ownThreshold(label, others)]));
    for (const { eye, found, ofTwoFields } of reads) {
      if (order.get(eye.group) !== fold) continue;
      const called = LABELS.map((label) => [
        label,
        (ofTwoFields.get(label) ?? 0) >= (thresholds.get(label) ?? 1),
      ]);
      found.set('macula and pseudo-disc, own thresholds', new Map(called as [string, boolean][]));
    }
  }
  for (const label of LABELS)
    console.log(`${label}: threshold of two fields, by all eyes, ${ownThreshold(label, reads).toFixed(3)}`);
}
judgeByOwnThresholds();

const percent = (share: number) => (100 * share).toFixed(1);

/** Of eyes that have one of the labels or none: the share called rightly, and its difference from one image. */
function shareText(rule: Rule, labels: readonly EyeLabel[], has: boolean): string {
  const isCalled = (found: Read['found'], by: Rule) =>
    labels.some((label) => found.get(by)?.get(label) === true);
  const cases = reads
    .filter(({ eye }) => labels.some((label) => eye.has[label]) === has)
    .map(({ eye, found }) => ({
      group: eye.group,
      one: isCalled(found, AGAINST) === has,
      other: isCalled(found, rule) === has,
    }));
  const right = cases.filter(({ other }) => other).length;
  const { low, high } = wilsonInterval(right, cases.length);
  const share = `${percent(right / cases.length)} (${percent(low)} to ${percent(high)})`;
  if (rule === AGAINST) return share;
  const change = pairedDifference(cases, `${rule} ${labels.join()} ${has}`);
  return `${share}, ${percent(change.difference)} (${percent(change.low)} to ${percent(change.high)})`;
}

console.log(
  `${reads.length} gradable eyes of ${eyes.length}; head ${HEAD}, fp32; 95 % intervals; differences from "${AGAINST}"`,
);
for (const [name, labels] of QUESTIONS) {
  const ill = reads.filter(({ eye }) => labels.some((label) => eye.has[label])).length;
  console.log(`\n${name}: ${ill} eyes with it, ${reads.length - ill} without\n`);
  console.log('| images and rule | sensitivity, % | specificity, % |\n|---|---|---|');
  for (const rule of Object.keys(RULES) as Rule[])
    console.log(`| ${rule} | ${shareText(rule, labels, true)} | ${shareText(rule, labels, false)} |`);
}
