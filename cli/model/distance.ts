import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { requireFile, requireFolder } from '../given-path.ts';

interface DistanceOptions {
  readonly training: string;
  readonly kept: string;
  readonly others: readonly string[];
  readonly rate: number;
  readonly record: boolean;
  readonly json: boolean;
}

function rateOption(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < 1)) throw new InvalidArgumentError('Expected a share between 0 and 1, as 0.01.');
  return rate;
}

async function distance(directory: string, options: DistanceOptions): Promise<void> {
  const { training, kept, others, rate, record, json } = options;
  await requireFolder('Bundle', directory);
  for (const path of [training, kept, ...others]) await requireFile('Features file', path);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { FeaturesFile } = await import('../../model/cohort/index.ts');
  const { measureDistance, recordDistance } = await import('../../model/distance/record-distance.ts');
  const bundle = await openBundle(directory);
  const opened: { close(): Promise<void> }[] = [];
  const named = async (path: string) => {
    const file = await FeaturesFile.open(path);
    opened.push(file);
    return { source: basename(path), file };
  };
  try {
    const sets = {
      training: await named(training),
      kept: await named(kept),
      others: await Promise.all(others.map(named)),
    };
    const found = await measureDistance(bundle, sets, rate);
    if (record) await recordDistance(bundle, found);
    const { threshold, fittedTo, measured } = found;
    const lines = measured.map(({ source, patients, flagged, low, high }) => {
      const share = (value: number) => `${(100 * value).toFixed(1)} %`;
      return `  ${source.padEnd(32)} ${flagged} of ${patients} patients, ${share(flagged / patients)} (${share(low)} to ${share(high)})`;
    });
    process.stdout.write(
      json
        ? `${JSON.stringify({ id: bundle.manifest.id, threshold, rate, fittedTo, measured, recorded: record })}\n`
        : `${[
            `Fitted to ${fittedTo.eyes} eyes of ${fittedTo.source}; unlike training beyond ${threshold.toFixed(2)}:`,
            ...lines,
            record ? 'Kept in the bundle, which keeps its id.' : 'Not kept in the bundle (--no-record).',
          ].join('\n')}\n`,
    );
  } finally {
    for (const file of opened) await file.close();
  }
}

/** `retclip model distance BUNDLE --training FILE --kept FILE` */
export function modelDistanceCommand(): Command {
  return new Command('distance')
    .description(
      'set from where on an eye is flagged as unlike those that the model was trained on, and keep it in the bundle',
    )
    .argument('<bundle>', 'folder of the bundle')
    .requiredOption(
      '--training <file>',
      'features of patients that it was trained on, from `retclip heads embed`',
    )
    .requiredOption('--kept <file>', 'features of patients like those, that it was not trained on')
    .option('--others <files...>', 'features of other sets, to measure how many of them are flagged', [])
    .option('--rate <share>', 'share of the kept patients to flag', rateOption, 0.01)
    .option('--no-record', 'leave the bundle as it is')
    .option('--json', 'print one JSON object', false)
    .action(distance);
}
