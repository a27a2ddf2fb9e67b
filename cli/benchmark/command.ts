import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { EXIT_CODES, WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import {
  acceptUnverifiedOption,
  chosenPrecision,
  type PrecisionFlags,
  precisionOption,
} from '../options/precision.ts';
import { startProgress } from '../progress.ts';
import { errorColours, colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import { listText, resultsText } from './tables.ts';

interface BenchmarkOptions extends PrecisionFlags {
  readonly list: boolean;
  readonly data?: string;
  readonly model: string;
  readonly out?: string;
  readonly resamples: number;
  readonly seed: number;
  readonly json: boolean;
}

async function list(json: boolean): Promise<void> {
  const { BENCHMARK_SETS } = await import('../../model/benchmarks/sets/index.ts');
  const sets = BENCHMARK_SETS.map(({ layouts, ...set }) => ({
    ...set,
    layouts: layouts.map(({ pattern }) => pattern),
  }));
  process.stdout.write(json ? `${JSON.stringify(sets)}\n` : `${listText(BENCHMARK_SETS)}\n`);
}

async function run(name: string | undefined, options: BenchmarkOptions): Promise<void> {
  const { BENCHMARK_SETS } = await import('../../model/benchmarks/sets/index.ts');
  const { data, out } = options;
  const set = BENCHMARK_SETS.find((one) => one.name === name?.toLowerCase());
  if (set === undefined) {
    const names = BENCHMARK_SETS.map((one) => one.name).join(', ');
    throw new WrongUseError(
      name === undefined
        ? `Name a set: ${names}. What they are: retclip benchmark --list`
        : `There is no set "${name}", only ${names}.`,
    );
  }
  if (data === undefined || out === undefined) {
    throw new WrongUseError(
      `Say where ${set.title} lies and where its results go: retclip benchmark ${set.name} --data DIR --model BUNDLE --out DIR`,
    );
  }
  await requireFolder('Folder', data);
  await requireFolder('Bundle', options.model);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { loadBenchmark } = await import('../../model/benchmarks/load-benchmark.ts');
  const { runBenchmark } = await import('../../model/benchmarks/run-benchmark.ts');
  const { resultsIn } = await import('../../model/benchmarks/benchmark-result.ts');
  const benchmark = await loadBenchmark(set, data);
  const bundle = await openBundle(options.model, { text: false });
  const precision = await chosenPrecision(bundle, options);
  const progress = startProgress(set.title, 'cases', benchmark.cases.length, !options.json);
  const { result, unreadable, folder } = await runBenchmark(bundle, benchmark, {
    ...{ precision, out, resamples: options.resamples, seed: options.seed },
    onProgress: (done) => progress.update(done),
    onStep: (step) => {
      if (step !== 'embedding') progress.stop();
      if (!options.json) process.stderr.write(errorColours.dim(`  ${step} …\n`));
    },
  }).finally(() => progress.stop());
  const comparable = (await resultsIn(out)).filter(({ model }) => model.id === result.model.id);
  const left = leftOutLines(
    'left out',
    unreadable.map(({ path, reason }) => `${path}: ${reason}`),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ folder, ...result })}\n`
      : `${[...left, resultsText(comparable, BENCHMARK_SETS), pc.dim(`Report and head: ${folder}`)].join('\n')}\n`,
  );
  if (unreadable.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) {
    throw new InvalidArgumentError(`Expected a whole number of at least 0 but received ${value}.`);
  }
  return number;
}

/** `retclip benchmark SET --data DIR --model BUNDLE --out DIR` and `retclip benchmark --list` */
export function benchmarkCommand(): Command {
  return new Command('benchmark')
    .description("measure a model on the public sets of RET-CLIP's paper")
    .addArgument(new Argument('[set]', 'name of the set, see --list'))
    .option('--list', 'what sets there are, and how their files must lie', false)
    .option('--data <dir>', 'folder of the set, as it is published')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--out <dir>', 'folder of the results: the set gets a folder of its own in it')
    .addOption(
      new Option('--protocol <name>', 'linear: a linear head on frozen features')
        .choices(['linear'])
        .default('linear'),
    )
    .option(
      '--precision <precision>',
      'variant of the vision tower; fp32 if the bundle has it',
      precisionOption,
    )
    .addOption(acceptUnverifiedOption())
    .option('--resamples <n>', 'resamples of the bootstrap; 0 for no intervals', wholeNumber, 1000)
    .option('--seed <n>', 'of the bootstrap', wholeNumber, 1)
    .option('--json', 'print one JSON object', false)
    .action((name: string | undefined, options: BenchmarkOptions) =>
      options.list ? list(options.json) : run(name, options),
    );
}
