import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { FeaturesFile } from '../../model/cohort/index.ts';
import { wilsonInterval } from '../../model/evaluation/metrics/wilson-interval.ts';
import { cosine } from '../../model/reference/cosine.ts';

/**
 * Whether features tell whose photographs they are: `node bench/default-model/feature-pairs.ts FILE…`, with files of
 * `retclip heads embed`. The cosine of both eyes' `visual` of one patient is compared with that of a left and a right eye of two
 * patients, who stand in one exam by mistake.
 */
const { positionals } = parseArgs({ allowPositionals: true });
if (positionals.length === 0) {
  console.error('Expected FILE…, from `retclip heads embed`.');
  process.exit(2);
}

/** Share of patients of whom a flag may be wrong. */
const RATE = 0.01;

/** How often a value of one kind lies above one of the other: ties count half. */
function auroc(above: readonly number[], below: readonly number[]): number {
  const wins = above.flatMap((a) => below.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}

for (const path of positionals) {
  const file = await FeaturesFile.open(path);
  const rows = [...file.exams.keys()].filter(
    (row) => file.eyeState(row, 'left') === 'gradable' && file.eyeState(row, 'right') === 'gradable',
  );
  const visualOf = (eye: 'left' | 'right') =>
    file.read(
      'visual',
      rows.map((row) => ({ row, eye })),
    );
  const [left, right] = [await visualOf('left'), await visualOf('right')];
  await file.close();
  const at = (matrix: Float32Array, index: number) =>
    matrix.subarray(index * file.embedding, (index + 1) * file.embedding);
  const other = (index: number) => (index + 1 + Math.floor(rows.length / 3)) % rows.length;
  const own = rows.map((_, index) => cosine(at(left, index), at(right, index)));
  const mixed = rows.map((_, index) => cosine(at(left, index), at(right, other(index))));
  const limit = own.toSorted((a, b) => a - b)[Math.floor(RATE * own.length)] ?? -1;
  const caught = mixed.filter((value) => value < limit).length;
  const { low, high } = wilsonInterval(caught, mixed.length);
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  console.log(
    `${basename(path)}: ${rows.length} patients, AUROC ${auroc(own, mixed).toFixed(3)}; below ${limit.toFixed(2)}, where ${share(RATE)} of the patients' own pairs lie, ${share(caught / mixed.length)} (${share(low)} to ${share(high)}) of the mixed ones`,
  );
}
