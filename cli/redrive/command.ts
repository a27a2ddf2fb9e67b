import { Argument, Command } from 'commander';
import { REDRIVEN_QUEUES, type RedrivenQueue } from '../../core/messages/queues.ts';
import type { DeadLetters } from '../client.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

/** Dead letters as a table for a terminal: their ids, since when, about what, why. */
function deadLetterTable(items: DeadLetters['items']): string {
  const rows = items.map(({ id, sentAt, subject, reason }) => [
    id,
    sentAt.slice(0, 16).replace('T', ' '),
    subject,
    reason,
  ]);
  return terminalTable(['id', 'since', 'exam or file', 'reason'], rows);
}

interface RedriveOptions extends EndpointOptions {
  readonly program: string;
  readonly list: boolean;
  readonly only?: readonly string[];
  readonly except?: readonly string[];
  readonly json: boolean;
}

async function redrive(queue: RedrivenQueue, options: RedriveOptions): Promise<void> {
  const client = new Client(() => findEndpoint(options), options.program);
  const { only, except } = options;
  if (options.list && (only ?? except) !== undefined) {
    throw new WrongUseError('--list shows all of them: leave --only and --except out.');
  }
  const choice = { ...(only === undefined ? {} : { only }), ...(except === undefined ? {} : { except }) };
  const { items } = await (options.list ? client.deadLetters(queue) : client.redrive(queue, choice));
  if (options.json) {
    for (const item of items) process.stdout.write(`${JSON.stringify(item)}\n`);
    return;
  }
  if (items.length > 0) process.stdout.write(`${deadLetterTable(items)}\n`);
  const messages = `${items.length} message${items.length === 1 ? '' : 's'}`;
  const done = options.list ? 'could not be processed' : 'sent again';
  process.stdout.write(`${pc.bold(messages)} of queue ${queue} ${done}.\n`);
  if (options.list && items.length > 0) {
    process.stdout.write(
      `Mend the cause, then send them again: retclip redrive ${queue} --program ${options.program}\n` +
        'To leave one where it is, add --except with its id or exam; for some alone, --only.\n',
    );
  }
}

/** `retclip redrive QUEUE --program P [--list | --only ID… | --except ID…]`: what lies in a dead-letter queue, and send it again. */
export function redriveCommand(): Command {
  return new Command('redrive')
    .description('send messages that could not be processed to their queue again')
    .addArgument(new Argument('<queue>', 'the queue that they came from').choices(REDRIVEN_QUEUES))
    .requiredOption('--program <id>', 'screening program')
    .option('--list', 'only show them, and why they are there', false)
    .option('--only <ids...>', 'send just these again, each by its id or its exam (PROGRAM/PATIENT/EXAM)')
    .option('--except <ids...>', 'send all but these again')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object a line, one message each', false)
    .action(redrive);
}
