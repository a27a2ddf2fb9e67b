import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import {
  type ReconciliationAnswer,
  reconciliationAnswer,
} from '../../functions/api/reconciliation-answer.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';
import { EXIT_CODES, RefusedError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { reconciliationText } from './reconciliation-text.ts';

interface ReconcileOptions extends EndpointOptions {
  readonly program?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Another reconciliation of the same, as the scheduled one, lets go between two steps. */
const BUSY_ATTEMPTS = 30;
const BUSY_MILLISECONDS = 1_000;
const BUSY = 409;

async function step({ program, dryRun }: ReconcileOptions, client: Client): Promise<ReconciliationAnswer> {
  const what = 'Reconciling';
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await (program === undefined
        ? client.callSystem(what, reconciliationAnswer, '/v1/reconciliation', { dryRun })
        : client.call(what, reconciliationAnswer, '/reconciliation', { dryRun }));
    } catch (error) {
      const isBusy = error instanceof RefusedError && error.status === BUSY;
      if (!isBusy || attempt === BUSY_ATTEMPTS) throw error;
      await delay(BUSY_MILLISECONDS);
    }
  }
}

/** Goes on until the end. @returns what was found, and whether the run was begun by somebody else */
async function run(options: ReconcileOptions, client: Client) {
  let answer = await step(options, client);
  const { continued } = answer;
  while (answer.state === 'running') answer = await step(options, client);
  return { answer, continued };
}

async function reconcile(options: ReconcileOptions): Promise<void> {
  const client = new Client(() => findEndpoint(options), options.program ?? '');
  let { answer, continued } = await run(options, client);
  // What somebody else had begun has looked at some things a while ago.
  if (continued) ({ answer, continued } = await run(options, client));
  process.stdout.write(`${options.json ? JSON.stringify(answer) : reconciliationText(answer)}\n`);
  if (answer.waitingForPerson > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip reconcile [--program P] [--dry-run]`: finds what neither queue nor record speaks of, and sends it again. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      'find what is lost or left over, send it again or remove it, and show what waits for a person',
    )
    .option('--program <id>', 'of one screening program; of everything if left out')
    .option('--dry-run', 'find it, and do nothing about it', false)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(reconcile);
}
