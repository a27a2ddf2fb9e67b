import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { squashImage } from '../../decoding/pixels/squash.ts';
import type { Answer } from '../../judging/learned-gate/network.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { DEGRADATIONS, type Spoilable } from './degradations.ts';
import { harmless } from './harmless.ts';
import { measuredPicture } from './measured-picture.ts';
import { roundOpening, roundThing, withoutColour } from './other-kinds.ts';
import type { Photograph } from './photographs.ts';
import { fieldOf, mapped, type Picture, pictureOf, pixelsOf, SIDE, sampled } from './picture.ts';
import { PictureRandom } from './random.ts';

/** One example: what is known of the answers; what is unknown teaches nothing. */
export interface Example {
  readonly features: Float32Array;
  readonly answers: Partial<Record<Answer, 0 | 1>>;
  /** Of a photograph as it came, or changed harmlessly, that no one has graded. */
  readonly presumed: boolean;
  readonly source: string;
}

export interface Share {
  readonly photographs: readonly Photograph[];
  readonly others: readonly string[];
  readonly drawnEyes: readonly number[];
  readonly things: number;
  readonly seed: string;
  /** Spoiled pictures made of each photograph. */
  readonly spoiled: number;
}

const WHOLE = {
  fundus: 1,
  colour: 1,
  gradable: 1,
  focus: 0,
  dark: 0,
  bright: 0,
  covered: 0,
  haze: 0,
} as const;
const NAMES = Object.keys(DEGRADATIONS);

function measure(picture: Picture) {
  return measuredPicture({ pixels: pixelsOf(picture), width: 1000, height: 1000 });
}

async function squared(path: string): Promise<Picture> {
  const [square] = await squashImage(readFileSync(path), [SIDE]);
  return pictureOf((square as { pixels: Uint8Array }).pixels);
}

/** A smaller field of view within a photograph's, around a place given in radii. */
function narrowed({ picture, field }: Spoilable, across: number, down: number, share: number): Picture {
  const { x, y, radiusX, radiusY } = field.ellipse;
  const [cx, cy] = [x + across * radiusX, y + down * radiusY];
  return mapped(picture, (_r, _g, _b, px, py) => {
    const [u, v] = [(px - 111.5) / 108, (py - 111.5) / 108];
    return u * u + v * v > 1
      ? [1, 1, 1]
      : sampled(picture, cx + u * share * radiusX, cy + v * share * radiusY);
  });
}

type Emit = (picture: Picture, answers: Example['answers'], source: string, presumed?: boolean) => void;

/** Severe enough to make a photograph useless, or so little that it stays gradable. */
async function spoil(
  given: Spoilable,
  source: string,
  random: PictureRandom,
  emit: Emit,
  good: boolean,
): Promise<void> {
  const name = random.pick(NAMES);
  const { spoil: by, defect } = DEGRADATIONS[name] as (typeof DEGRADATIONS)[string];
  const severe = random.chance(0.75);
  const severity = severe ? random.between(0.5, 1) : random.between(0, 0.16);
  let picture = await by(given, severity, random);
  if (!severe) {
    if (good) emit(picture, WHOLE, `${source}:slight-${name}`, true);
    return;
  }
  const answers: Example['answers'] = { fundus: 1, colour: 1, gradable: 0, [defect]: 1 };
  const second = random.chance(0.35) ? random.pick(NAMES.filter((other) => other !== name)) : undefined;
  if (second === undefined) {
    const rest = (['focus', 'dark', 'bright', 'covered', 'haze'] as const).filter((one) => one !== defect);
    for (const one of rest)
      if (!(one === 'focus' && defect === 'haze')) (answers as Record<string, number>)[one] = 0;
  } else {
    const field = fieldOf(picture);
    const other = DEGRADATIONS[second] as (typeof DEGRADATIONS)[string];
    if (field !== null) picture = await other.spoil({ picture, field }, random.between(0.15, 0.7), random);
  }
  emit(picture, answers, `${source}:${name}`);
}

/** Several slight faults at once make a photograph useless too: soft, veiled, unevenly and poorly lit. */
async function spoilBySum(
  given: Spoilable,
  source: string,
  random: PictureRandom,
  emit: Emit,
): Promise<void> {
  let { picture } = given;
  let { field } = given;
  for (const name of ['haze', 'defocus', 'darkness'] as const) {
    picture = await (DEGRADATIONS[name] as (typeof DEGRADATIONS)[string]).spoil(
      { picture, field },
      random.between(0.25, 0.5),
      random,
    );
    const found = fieldOf(picture);
    if (found === null) return;
    field = found;
  }
  emit(picture, { fundus: 1, colour: 1, gradable: 0 }, `${source}:sum`);
}

function maculaViews(
  given: Spoilable,
  shown: string | null,
  random: PictureRandom,
  emit: Emit,
  source: string,
): void {
  const seen = measure(given.picture).sight;
  if (shown !== 'macula' || seen === null) return;
  const away = -Math.sign(seen.disc.x);
  const share = random.between(0.45, 0.62);
  if (random.chance(0.5)) {
    const [across, down] = [random.between(-0.25, 0.25), random.between(-0.25, 0.25)];
    emit(narrowed(given, across, down, share), { ...WHOLE, macula: 1 }, `${source}:narrow`, true);
    return;
  }
  // The periphery beyond the macula: neither it nor the disc lies in this view.
  const [across, down] = random.chance(0.5)
    ? [away * random.between(0.1, 0.45), random.pick([-1, 1]) * random.between(0.72, 0.9)]
    : [away * random.between(0.72, 0.95), random.between(-0.3, 0.3)];
  const scale = Math.min(share, 1.02 - Math.hypot(across, down) + 0.35);
  emit(
    narrowed(given, across, down, Math.max(0.38, scale)),
    { fundus: 1, colour: 1, macula: 0 },
    `${source}:periphery`,
  );
}

async function photograph(one: Photograph, share: Share, emit: Emit): Promise<void> {
  const random = new PictureRandom(`${share.seed}/${one.set}/${one.path.split('/').at(-1)}`);
  const picture = await squared(one.path);
  const { rules, field, shown } = measure(picture);
  const source = one.set;
  const real = { fundus: 1, colour: 1 } as const;
  if (one.said === 'low-quality') return emit(picture, { ...real, gradable: 0 }, `${source}:low-quality`);
  if (one.said === 'opaque' || (one.said === 'cataract' && rules === 'out-of-focus'))
    return emit(
      picture,
      { ...real, gradable: 0, haze: 1, focus: 0, dark: 0, covered: 0 },
      `${source}:${one.said}`,
    );
  if (one.said === 'cataract') return emit(picture, real, `${source}:cataract`);
  if (field === null || rules !== null) {
    if (one.said === 'other') emit(picture, { ...real }, `${source}:refused`);
    return;
  }
  const given = { picture, field };
  const answers = { ...WHOLE, ...(shown === 'macula' ? { macula: 1 as const } : {}) };
  emit(picture, answers, source, true);
  emit(await harmless(given, random), answers, `${source}:harmless`, true);
  for (let index = 0; index < share.spoiled; index += 1) await spoil(given, source, random, emit, true);
  if (random.chance(0.5)) await spoilBySum(given, source, random, emit);
  if (random.chance(0.4)) emit(withoutColour(given, random), { fundus: 1, colour: 0 }, `${source}:grey`);
  if (random.chance(0.3)) maculaViews(given, shown, random, emit, source);
}

async function drawnEye(index: number, share: Share, emit: Emit): Promise<void> {
  const random = new PictureRandom(`${share.seed}/drawn/${index}`);
  const defects = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
  const { left } = await generatePatient({ seed: `${share.seed}-drawn`, index, size: 320, defects });
  if (left === null) return;
  const [square] = await squashImage(left.jpeg, [SIDE]);
  const picture = pictureOf((square as { pixels: Uint8Array }).pixels);
  const field = fieldOf(picture);
  if (field === null) return;
  emit(picture, WHOLE, 'drawn-eye');
  emit(await harmless({ picture, field }, random), WHOLE, 'drawn-eye:harmless');
  await spoil({ picture, field }, 'drawn-eye', random, emit, true);
  if (random.chance(0.5))
    emit(withoutColour({ picture, field }, random), { fundus: 1, colour: 0 }, 'drawn-eye:grey');
}

/** Makes the examples of one share, one after the other. */
export async function makeExamples(share: Share): Promise<Example[]> {
  const examples: Example[] = [];
  const emit: Emit = (picture, answers, source, presumed = false) => {
    const { features } = measure(picture);
    if (features.every(Number.isFinite)) examples.push({ features, answers, source, presumed });
  };
  for (const one of share.photographs) await photograph(one, share, emit);
  for (const index of share.drawnEyes) await drawnEye(index, share, emit);
  for (const path of share.others) {
    const random = new PictureRandom(`${share.seed}/${path.split('/').at(-1)}`);
    const picture = await squared(path).catch(() => null);
    if (picture === null) continue;
    emit(picture, { fundus: 0 }, 'other-picture');
    for (let index = 0; index < 7; index += 1)
      emit(roundOpening(picture, random), { fundus: 0 }, 'other-picture:round');
  }
  const random = new PictureRandom(`${share.seed}/things/${share.drawnEyes[0] ?? 0}`);
  for (let index = 0; index < share.things; index += 1)
    emit(roundThing(random), { fundus: 0 }, 'drawn-thing');
  return examples;
}

if (parentPort !== null) parentPort.postMessage(await makeExamples(workerData as Share));
