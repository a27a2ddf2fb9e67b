import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import type { Host } from '../../local/host/host.ts';
import { WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { DEFAULT_DATA_FOLDER } from '../options/system.ts';
import { errorColours, colours as pc } from '../terminal/colours.ts';
import { rebuild } from './rebuild.ts';

/** The bundle that ships with the system. */
export const DEFAULT_MODEL = fileURLToPath(new URL('../../bundles/default', import.meta.url));

interface LocalOptions {
  readonly data: string;
  readonly model?: string;
  readonly port?: number;
  readonly featuresOnly: boolean;
  readonly privateWebhooks: boolean;
  readonly rebuild: boolean;
  readonly json: boolean;
}

export function portOption(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError(`Expected a port from 0 to 65535 but received ${value}.`);
  }
  return port;
}

const NOTHING_ASSESSED =
  '  NOTHING IS BEING ASSESSED: no head looks for disease. Exams get features, and the outcome not-assessed.';

function greeting(host: Host, data: string): string {
  const untrained = host.model.trained
    ? []
    : [pc.yellow('  The model is UNTRAINED: its findings mean nothing and only show how the system works.')];
  return [
    `${pc.green('●')} ${pc.bold('retclip')} runs on ${pc.cyan(host.url)}`,
    `  data    ${resolve(data)}`,
    `  model   ${host.model.model.slice(0, 12)} · heads ${host.model.heads.map((head) => head.name).join(', ') || 'none'}`,
    `  token   ${host.token}`,
    ...untrained,
    ...(host.model.featuresOnly === true ? [pc.yellow(NOTHING_ASSESSED)] : []),
    '',
    `  upload  npx retclip upload DIR --program P --wait --data ${JSON.stringify(data)}`,
    `  read    npx retclip results --program P --data ${JSON.stringify(data)}`,
    `  readers npx retclip reader add NAME --data ${JSON.stringify(data)}`,
    `  pages   ${host.url}/reading-room/`,
    '',
    pc.dim('  Research use only: not for diagnosis. Ctrl-C stops it; everything stays in the data folder.'),
  ].join('\n');
}

/** Resolves when the process is asked to end. */
function asked(): Promise<NodeJS.Signals> {
  return new Promise((resolveSignal) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolveSignal(signal));
  });
}

/** Tells the person when screening stands still, and when it goes on after that. */
export function tellScreening(
  write: (text: string) => void = (text) => process.stderr.write(text),
): (condition: ScreeningCondition) => void {
  let stands = false;
  return ({ state, reason }) => {
    if (state === 'stopped') {
      stands = true;
      write(
        `${errorColours.yellow('●')} Screening stands still: ${reason}\n  Photographs are taken in and wait; the worker is tried again until it can start.\n`,
      );
    } else if (state === 'running' && stands) {
      stands = false;
      write(`${errorColours.green('●')} Screening goes on.\n`);
    }
  };
}

async function local(options: LocalOptions): Promise<void> {
  if (options.model !== undefined) await requireFolder('Model', options.model);
  // Where they go to a file on a full disk, the system runs on.
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners('error').on('error', () => undefined);
  const rebuilt = options.rebuild ? await rebuild(options.data, !options.json) : undefined;
  const { activatedBundle } = await import('../../local/host/activated-bundle.ts');
  const { startHost } = await import('../../local/host/host.ts');
  const { UndecidedError } = await import('../../core/heads/deciding-heads.ts');
  const activated = options.model === undefined ? await activatedBundle(options.data) : undefined;
  const starting = startHost({
    dataFolder: options.data,
    model: options.model ?? activated ?? DEFAULT_MODEL,
    activated: activated !== undefined,
    port: options.port,
    featuresOnly: options.featuresOnly,
    allowPrivateWebhooks: options.privateWebhooks,
    onScreening: tellScreening(),
    tell: (text) => void process.stderr.write(`${errorColours.yellow('!')} ${text}\n`),
  });
  const host = await starting.catch((error: unknown) => {
    throw error instanceof UndecidedError ? new WrongUseError(error.message, { cause: error }) : error;
  });
  const { url, token, model, notices } = host;
  for (const notice of notices) process.stderr.write(`${errorColours.yellow(notice)}\n`);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ url, token, pid: process.pid, model: model.model, data: resolve(options.data), rebuilt })}\n`
      : `${greeting(host, options.data)}\n`,
  );
  await asked();
  if (!options.json)
    process.stderr.write(errorColours.dim('\n  Stopping: work in hand is finished or handed back …\n'));
  await host.stop();
}

/** `retclip local [--data DIR] [--port N]` */
export function localCommand(): Command {
  return new Command('local')
    .description('run the whole system on this machine, until Ctrl-C')
    .option('--data <dir>', 'data folder; made if it is not there', DEFAULT_DATA_FOLDER)
    .option('--model <dir>', 'model bundle; left out, the one that was activated, else the one that ships')
    .option('--port <n>', 'port on the loopback interface; a free one if left out', portOption)
    .option('--features-only', 'start though no head can decide: nothing is assessed', false)
    .option('--private-webhooks', 'let webhooks be on this machine or its network, by http as well', false)
    .option(
      '--rebuild',
      'make the database again from the store first, if it was lost or is an older one',
      false,
    )
    .option('--json', 'print where it listens as one JSON object', false)
    .action(local);
}
