import { Command } from 'commander';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { instantOption } from '../results/instant-option.ts';
import { camerasText, habitOf } from './cameras-text.ts';
import { type CameraTallies, type CameraTally, withCameras } from './count-cameras.ts';

interface CamerasOptions extends EndpointOptions {
  readonly program: string;
  readonly since?: string;
  readonly until?: string;
  readonly json: boolean;
}

async function cameras(options: CamerasOptions): Promise<void> {
  const { wilsonInterval } = await import('../../model/evaluation/metrics/index.ts');
  const client = new Client(() => findEndpoint(options), options.program);
  const since = instantOption('--since', options.since);
  const until = instantOption('--until', options.until);
  let tallies: CameraTallies = new Map();
  for await (const line of client.allResults({ since, until })) tallies = withCameras(tallies, line);
  const share = (count: number, { eyes }: CameraTally) => ({
    value: count / eyes,
    ...wilsonInterval(count, eyes),
  });
  const found = [...tallies.values()]
    .toSorted((a, b) => b.eyes - a.eyes)
    .map((tally) => {
      const [turnedShare, otherEyeShare] = [share(tally.turned, tally), share(tally.otherEye, tally)];
      return { tally, turnedShare, otherEyeShare, habit: habitOf(turnedShare, otherEyeShare) };
    });
  const { program } = options;
  const told = found.map(({ tally, ...shares }) => ({ ...tally, ...shares }));
  process.stdout.write(
    options.json ? `${JSON.stringify({ program, cameras: told })}\n` : `${camerasText(program, found)}\n`,
  );
}

/** `retclip program cameras --program P` */
export function programCamerasCommand(): Command {
  return new Command('cameras')
    .description('which cameras turn or mirror their pictures, and whose eyes seem swapped')
    .requiredOption('--program <id>', 'screening program')
    .option('--since <time>', 'screened since then: a day or an instant')
    .option('--until <time>', 'screened before then')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(cameras);
}
