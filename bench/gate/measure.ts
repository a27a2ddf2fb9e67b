import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { judge } from '../../judging/judge.ts';
import { type Tile, writeSheet } from './contact-sheet.ts';
import { DEGRADATIONS } from './degradations.ts';
import { areaWithInterval, shareWithInterval } from './intervals.ts';
import { otherPictures } from './make-examples.ts';
import { roundOpening, roundThing, withoutColour } from './other-kinds.ts';
import { allPhotographs, type Photograph } from './photographs.ts';
import { fieldOf, type Picture, pictureOf, pixelsOf, SIDE } from './picture.ts';
import { PictureRandom } from './random.ts';

/**
 * Measures the quality gate on patients and sources that have not taught it, and draws what it refused and passed:
 * `npx node bench/gate/measure.ts --fundus ../shared/data/fundus --other FOLDER --cases ../shared/cases --sheets .cache/gate`.
 */
const { values } = parseArgs({
  options: {
    fundus: { type: 'string' },
    other: { type: 'string', multiple: true, default: [] },
    cases: { type: 'string' },
    sheets: { type: 'string' },
    seed: { type: 'string', default: 'gate-measure' },
  },
});
if (values.fundus === undefined) throw new Error('Say where the photographs are: --fundus FOLDER');

interface Judged extends Tile {
  readonly reason: string | null;
  readonly fit: number;
}

function judged(pixels: Uint8Array, name: string, size = { width: 1000, height: 1000 }): Judged {
  const { quality } = judge({ pixels, ...size });
  const fit = quality.measurements.fit ?? 0;
  return {
    pixels,
    reason: quality.reason,
    fit,
    text: `${quality.reason ?? 'passed'} ${fit.toFixed(2)} ${name}`,
  };
}

async function squared(path: string): Promise<Uint8Array | null> {
  try {
    const [square] = await squashImage(readFileSync(path), [SIDE]);
    return square?.pixels ?? null;
  } catch {
    return null;
  }
}

async function report(group: string, all: readonly Judged[]): Promise<void> {
  const refused = all.filter(({ reason }) => reason !== null);
  const reasons = Object.entries(Object.groupBy(refused, ({ reason }) => String(reason)))
    .map(([reason, some]) => [some?.length ?? 0, reason] as const)
    .toSorted((a, b) => b[0] - a[0]);
  const words = reasons.map(([count, reason]) => `${count} ${reason}`).join(', ');
  process.stdout.write(
    `| ${group} | ${all.length} | ${shareWithInterval(refused.length, all.length)} | ${words} |\n`,
  );
  if (values.sheets === undefined) return;
  const name = group.replace(/[^a-z0-9]+/gi, '-');
  await writeSheet(values.sheets, `${name}-refused`, refused);
  await writeSheet(
    values.sheets,
    `${name}-passed`,
    all.filter(({ reason }) => reason === null),
  );
}

async function judgedPhotographs(
  photographs: readonly Photograph[],
): Promise<(Judged & { readonly of: Photograph })[]> {
  const all: (Judged & { readonly of: Photograph })[] = [];
  for (const of of photographs) {
    const pixels = await squared(of.path);
    if (pixels !== null) all.push({ ...judged(pixels, of.path.split('/').at(-1) ?? ''), of });
  }
  return all;
}

/** How bad each photograph is: what is refused comes first. */
const badness = ({ reason, fit }: Judged) => (reason === null ? 0 : 1) + 1 - fit;

const photographs = allPhotographs(values.fundus).filter(({ kept, set }) => kept && set !== 'eyepacs-full');
process.stdout.write('| photographs | n | refused | reasons |\n|---|--:|---|---|\n');
const all = await judgedPhotographs(photographs);
const where = (test: (of: Photograph) => boolean) => all.filter(({ of }) => test(of));
const eyeQ = (grade: string) => where((of) => of.eyeQ === grade);
for (const grade of ['good', 'usable', 'reject']) await report(`EyeQ ${grade}`, eyeQ(grade));
await report(
  'ODIR, nothing said of quality',
  where((of) => of.set === 'odir' && of.said === 'other'),
);
await report(
  'ODIR, cataract',
  where((of) => of.said === 'cataract'),
);
await report(
  'ODIR, media opacity or low quality',
  where((of) => of.said === 'opaque' || of.said === 'low-quality'),
);
await report(
  'APTOS',
  where((of) => of.set === 'aptos'),
);
await report(
  'CHASE_DB1',
  where((of) => of.set === 'chase'),
);

/** Photographs to spoil: kept, gradable, of two sets. */
const base = all
  .filter(
    ({ reason, of }) => reason === null && (of.eyeQ === 'good' || (of.set === 'odir' && of.said === 'other')),
  )
  .filter((_, index) => index % 30 === 0);
const random = new PictureRandom(values.seed);
const spoilable = base.flatMap(({ pixels }) => {
  const picture = pictureOf(pixels);
  const field = fieldOf(picture);
  return field === null ? [] : [{ picture, field }];
});
const from = (picture: Picture) => judged(pixelsOf(picture), '');
for (const [name, { spoil }] of Object.entries(DEGRADATIONS)) {
  const spoiled: Judged[] = [];
  for (const given of spoilable) spoiled.push(from(await spoil(given, random.between(0.6, 1), random)));
  await report(`spoiled: ${name}`, spoiled);
}
await report(
  'without colour',
  spoilable.map((given) => from(withoutColour(given, random))),
);

const pictures: Picture[] = [];
for (const path of otherPictures(values.other)) {
  // A photograph of the fundus and a part of one lie among scikit-image's.
  if (/retina|microaneurysms|truncated/.test(path)) continue;
  const pixels = await squared(path);
  if (pixels !== null) pictures.push(pictureOf(pixels));
}
await report('other pictures, as they are', pictures.map(from));
await report(
  'other pictures behind a round opening',
  pictures.map((picture) => from(roundOpening(picture, random))),
);
await report(
  'round things, drawn',
  Array.from({ length: 150 }, () => from(roundThing(random))),
);

if (values.cases !== undefined) {
  for (const path of globSync(`${values.cases}/{b07,c-}*/*.jpg`).sort()) {
    const pixels = await squared(path);
    if (pixels !== null) process.stdout.write(`${path.split('/').at(-2)}: ${judged(pixels, '').text}\n`);
  }
}
const grades = (names: readonly string[]) => names.flatMap((grade) => eyeQ(grade).map(badness));
const reject = grades(['reject']);
process.stdout.write(`EyeQ, reject against good: ${areaWithInterval(reject, grades(['good']))}\n`);
process.stdout.write(
  `EyeQ, reject against the rest: ${areaWithInterval(reject, grades(['good', 'usable']))}\n`,
);
