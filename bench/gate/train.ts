import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ANSWERS } from '../../judging/learned-gate/network.ts';
import { allExamples } from './make-examples.ts';
import { teach } from './taught.ts';
import { weightsModule } from './weights-module.ts';

/**
 * Teaches the learned gate from photographs and spoiled photographs, and writes its weights:
 * `npx node bench/gate/train.ts --fundus ../shared/data/fundus --other WALLPAPERS`.
 */
const { values } = parseArgs({
  options: {
    fundus: { type: 'string' },
    other: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: 'gate-1' },
    threads: { type: 'string', default: '2' },
    portion: { type: 'string', default: '0.12' },
    shares: { type: 'string', default: '12' },
    out: { type: 'string', default: 'judging/learned-gate/weights.ts' },
  },
});
if (values.fundus === undefined) throw new Error('Say where the photographs are: --fundus FOLDER');

const UNITS = 24;

const examples = await allExamples({
  ...{ fundus: values.fundus, others: values.other, seed: values.seed },
  ...{ threads: Number(values.threads), portion: Number(values.portion), shares: Number(values.shares) },
  onShare: (index, made) => process.stderr.write(`part ${index + 1}: ${made.length} examples\n`),
});
const options = { seed: values.seed, units: UNITS, epochs: 20, rate: 2e-3, decay: 0.02, dropped: 0.15 };
const { network, doubted } = teach(examples, options);
writeFileSync(values.out, weightsModule(network));
const known = (name: (typeof ANSWERS)[number], value: 0 | 1) =>
  examples.filter(({ answers }) => answers[name] === value).length;
const counts = ANSWERS.map((name) => `${name} ${known(name, 1)} yes, ${known(name, 0)} no`).join('\n');
process.stdout.write(`${examples.length} examples, ${doubted} presumed gradable and doubted\n${counts}\n`);
