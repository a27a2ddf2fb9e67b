import { Command } from 'commander';
import type { ActiveModel, HeadReference } from '../../core/activation/active-model.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { sendHead } from '../job/send-head.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { LiveHeadsClient } from './live-client.ts';

interface ShadowOptions extends EndpointOptions {
  readonly json: boolean;
}

function print({ heads, shadow }: ActiveModel, json: boolean): void {
  const names = (references: readonly HeadReference[] = []) =>
    references.map(({ name, id }) => `${name} (${id.slice(0, 8)})`).join(', ') || 'none';
  const state = { live: heads, shadow: shadow?.heads ?? [], since: shadow?.since ?? null };
  const text = [
    `  live       ${names(heads)}`,
    `  in shadow  ${names(shadow?.heads)}${shadow === undefined ? '' : `, since ${shadow.since}`}`,
    pc.dim(
      shadow === undefined
        ? '  Try heads on new exams: retclip heads shadow start FILE'
        : '  How they do: retclip heads shadow-report --program P. Make them live: retclip heads promote --shadow --program P',
    ),
  ].join('\n');
  process.stdout.write(`${json ? JSON.stringify(state) : text}\n`);
}

async function start(files: readonly string[], options: ShadowOptions): Promise<void> {
  const client = new LiveHeadsClient(options);
  const heads: HeadReference[] = [];
  for (const file of files) heads.push(await sendHead(client, file));
  print((await client.startShadow(heads)).to, options.json);
}

async function stop(names: readonly string[], options: ShadowOptions): Promise<void> {
  print((await new LiveHeadsClient(options).stopShadow(names)).to, options.json);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print what is live and what is in shadow as one JSON object', false);
}

/** `retclip heads shadow start FILE…`, `retclip heads shadow stop [NAME…]`, `retclip heads shadow show` */
export function headsShadowCommand(): Command {
  return new Command('shadow')
    .description('try heads on new exams: they are recorded beside each result and decide nothing')
    .addCommand(
      verb('start', 'try heads on new exams of every program')
        .argument('<file...>', 'files of the heads; one in shadow of the same name gives way')
        .action(start),
    )
    .addCommand(
      verb('stop', 'end the trial of heads; what was recorded stays')
        .argument('[name...]', 'names of the heads; all if left out')
        .action(stop),
    )
    .addCommand(
      verb('show', 'which heads are live and which in shadow').action(async (options: ShadowOptions) =>
        print(await new LiveHeadsClient(options).active(), options.json),
      ),
    );
}
