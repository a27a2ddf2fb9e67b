import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withoutWhiteFrame } from '../../decoding/field-of-view/white-frame.ts';
import { squashImage } from '../../decoding/pixels/squash.ts';
import { findField } from '../../judging/field.ts';
import { judge } from '../../judging/judge.ts';
import { gateFeatures } from '../../judging/learned-gate/features.ts';
import { answer } from '../../judging/learned-gate/network.ts';
import { measureRetina } from '../../judging/retina.ts';
import { planesOf, type Square } from '../../judging/square.ts';
import { allPhotographs } from './photographs.ts';

/** What the learned gate costs, of all of judging: `npx node bench/gate/cost.ts --fundus ../shared/data/fundus`. */
const { values } = parseArgs({ options: { fundus: { type: 'string' } } });
if (values.fundus === undefined) throw new Error('Say where the photographs are: --fundus FOLDER');
const paths = allPhotographs(values.fundus)
  .filter(({ set }) => set === 'odir' || set === 'eyepacs')
  .filter((_, index) => index % 97 === 0)
  .map(({ path }) => path);

function milliseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const learned: number[] = [];
const judging: number[] = [];
for (const path of [...paths, ...paths, ...paths]) {
  const [squashed] = await squashImage(readFileSync(path), [224]);
  const square = squashed as Square;
  const planes = planesOf(square);
  const field = findField(withoutWhiteFrame(planes), square);
  const retina = measureRetina(planes, field ?? { radii: new Float32Array(planes.green.length) });
  learned.push(milliseconds(() => answer(gateFeatures({ planes, field, retina, sight: null }))));
  judging.push(milliseconds(() => judge(square)));
}
const median = (all: number[]) => all.slice(paths.length).toSorted((a, b) => a - b)[paths.length] ?? 0;
process.stdout.write(
  `learned gate ${median(learned).toFixed(1)} ms of a processor, all of judging ${median(judging).toFixed(1)} ms, median of ${2 * paths.length} photographs\n`,
);
