import { Command } from 'commander';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { instantOption } from '../results/instant-option.ts';
import { type FieldTally, withFields } from './count-fields.ts';
import { fieldsText } from './fields-text.ts';

interface FieldsOptions extends EndpointOptions {
  readonly program: string;
  readonly since?: string;
  readonly until?: string;
  readonly json: boolean;
}

async function fields(options: FieldsOptions): Promise<void> {
  const { wilsonInterval } = await import('../../model/evaluation/metrics/index.ts');
  const client = new Client(() => findEndpoint(options), options.program);
  const since = instantOption('--since', options.since);
  const until = instantOption('--until', options.until);
  let tally: FieldTally | undefined;
  for await (const line of client.allResults({ since, until })) tally = withFields(tally, line);
  const counted = withFields(tally, { eyes: { left: null, right: null } });
  const { unnamed, unnamedDisc } = counted;
  const interval = unnamed === 0 ? null : wilsonInterval(unnamedDisc, unnamed);
  const { program } = options;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ program, ...counted, unnamedDiscShare: interval && { value: unnamedDisc / unnamed, ...interval } })}\n`
      : `${fieldsText(program, counted, interval)}\n`,
  );
}

/** `retclip program fields --program P` */
export function programFieldsCommand(): Command {
  return new Command('fields')
    .description('which fields its photographs show, and how many were seen as of the disc without a word')
    .requiredOption('--program <id>', 'screening program')
    .option('--since <time>', 'screened since then: a day or an instant')
    .option('--until <time>', 'screened before then')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(fields);
}
