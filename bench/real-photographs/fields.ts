import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { withoutWhiteFrame } from '../../decoding/field-of-view/white-frame.ts';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { findField } from '../../judging/field.ts';
import { INSPECTION_SIZE, judge } from '../../judging/index.ts';
import { shownField } from '../../judging/shown-field/shown-field.ts';
import { planesOf } from '../../judging/square.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import { fieldPhotographs } from './field-photographs.ts';

/**
 * What is seen of the field of real photographs: how many that are centred on the disc are found, and how many others are
 * wrongly called so. `node bench/real-photographs/fields.ts --labels LABELS.csv [--half held-out]`. The table has the columns
 * `sha256` (of the file) and `centre`: `disc` within a fifth of the field's radius of its middle, or `between`, up to 0.35
 * of it; a photograph that it does not list is centred on something else. Photographs are parted by patient: on the half
 * `development` the limits were chosen. Also prints what looking for the field costs beside decoding and judging.
 */
const { values } = parseArgs({
  options: { labels: { type: 'string' }, half: { type: 'string', default: 'held-out' } },
});
if (values.labels === undefined || !['held-out', 'development'].includes(values.half)) {
  console.error('Expected --labels FILE, and --half held-out or development.');
  process.exit(2);
}
const fundus = sharedData('data/fundus', 'the field of real photographs');
if (fundus === undefined) process.exit(0);
const rows: Record<string, string>[] = parse(readFileSync(values.labels), { columns: true, bom: true });
const centres = new Map(rows.map(({ sha256, centre }) => [sha256, centre]));

function isHeldOut(set: string, group: string): boolean {
  return (createHash('sha256').update(`field:${set}:${group}`).digest()[0] ?? 0) >= 128;
}

interface Counts {
  n: number;
  disc: number;
  macula: number;
  unsure: number;
}

const counts = new Map<string, Counts>();
const looking: number[] = [];
const judging: number[] = [];

/** Processor time of some work, in milliseconds. */
function processorMilliseconds(work: () => unknown): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

for (const { set, group, path } of fieldPhotographs(fundus)) {
  if (isHeldOut(set, group) !== (values.half === 'held-out')) continue;
  const file = readFileSync(path);
  const [square] = await squashImage(file, [INSPECTION_SIZE]);
  if (square === undefined) continue;
  const { quality, field } = judge(square);
  if (!quality.gradable) continue;
  const planes = planesOf(square);
  const found = findField(withoutWhiteFrame(planes), square);
  if (found !== null) {
    // In turns, so that neither has the quieter machine.
    looking.push(processorMilliseconds(() => shownField(planes.green, found.ellipse)));
    judging.push(processorMilliseconds(() => judge(square)));
  }
  const centre = centres.get(createHash('sha256').update(file).digest('hex')) ?? 'elsewhere';
  for (const name of [set, 'all sets']) {
    const key = `${name}, ${centre === 'between' ? 'between' : `centred on ${centre === 'disc' ? 'the disc' : 'something else'}`}`;
    const row = counts.get(key) ?? { n: 0, disc: 0, macula: 0, unsure: 0 };
    row.n += 1;
    row[field ?? 'unsure'] += 1;
    counts.set(key, row);
  }
}

function share(part: number, n: number): string {
  const { low, high } = wilsonInterval(part, n);
  const percent = (value: number) => (100 * value).toFixed(2);
  return `${part} (${percent(part / n)} %, ${percent(low)} to ${percent(high)})`;
}

console.log(`${values.half}, gradable photographs; 95 % intervals by Wilson`);
for (const [name, { n, disc, macula, unsure }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(
    `${name}: n ${n}; disc ${share(disc, n)}, macula ${share(macula, n)}, unsure ${share(unsure, n)}`,
  );
const mean = (figures: readonly number[]) =>
  figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
console.log(
  `looking for the field ${mean(looking).toFixed(2)} ms of a processor a photograph, of ${mean(judging).toFixed(2)} ms for all of judging`,
);
