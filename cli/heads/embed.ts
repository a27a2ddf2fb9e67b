import { Command } from 'commander';
import { CliError, EXIT_CODES } from '../errors.ts';
import { requireFolder, requireNew } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import {
  acceptUnverifiedOption,
  chosenPrecision,
  type PrecisionFlags,
  precisionOption,
} from '../options/precision.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';
import { findImages } from '../upload/find-images.ts';
import { withCohortSource } from '../upload/options.ts';
import { terminalAsk } from '../upload/terminal.ts';

interface EmbedOptions extends PrecisionFlags {
  readonly model: string;
  readonly out: string;
  readonly program?: string;
  readonly pattern?: string;
  readonly encoding?: string;
  readonly acceptDoubts: readonly string[];
  readonly json: boolean;
}

async function embedCommand(source: string, options: EmbedOptions): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { embedCohort, originOf } = await import('../../model/cohort/index.ts');
  const { decodingContract } = await import('../../decoding/index.ts');
  const { QUALITY_GATE, sidesFor } = await import('../../judging/index.ts');
  await requireFolder('Bundle', options.model);
  const { exams, refused } = await findImages(source, options, options.json ? null : terminalAsk());
  await requireNew(options.out);
  const bundle = await openBundle(options.model);
  const { id, geometry, preprocessing } = bundle.manifest;
  const contract = decodingContract(preprocessing.id);
  const precision = await chosenPrecision(bundle, options);
  const began = performance.now();
  const progress = startProgress('Embedding', 'exams', exams.length, !options.json);
  const { collection, unreadable } = await embedCohort(bundle, exams, {
    precision,
    gate: { module: QUALITY_GATE, sides: sidesFor(geometry.vision.imageSize, contract) },
    onProgress: (done) => progress.update(done),
  }).finally(progress.stop);
  const left = [...refused, ...unreadable.map(({ path, reason }) => ({ path, reason }))];
  const lines = leftOutLines(
    'left out',
    left.map(({ path, reason }) => `${path}: ${reason}`),
  );
  if (collection.exams === 0) {
    throw new CliError(['None of the photographs can be read; nothing was written.', ...lines].join('\n'));
  }
  await collection.write(options.out, originOf(bundle, precision));
  const seconds = Number(((performance.now() - began) / 1000).toFixed(3));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out: options.out, model: id, precision, exams: collection.exams, leftOut: left.map(({ path, reason }) => ({ item: path, reason })), seconds })}\n`
      : `${[...lines, `${pc.green('Embedded')} ${collection.exams} exams in ${precision} in ${seconds.toFixed(1)} s into ${options.out}`].join('\n')}\n`,
  );
  if (left.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip heads embed DIR | manifest.csv --model BUNDLE --out features.safetensors` */
export function headsEmbedCommand(): Command {
  const command = new Command('embed')
    .description("compute the features of a cohort's photographs into one file, for fit and eval")
    .argument('<source>', 'folder or manifest of photographs, as `retclip upload` understands them')
    .requiredOption('--out <file>', 'features file; must not exist')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL);
  return withCohortSource(command)
    .option(
      '--precision <precision>',
      'variant of the vision tower; fp32 if the bundle has it',
      precisionOption,
    )
    .addOption(acceptUnverifiedOption())
    .option('--json', 'print one JSON object', false)
    .action(embedCommand);
}
