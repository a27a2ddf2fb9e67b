import { Command } from 'commander';
import type { EndpointOptions } from '../endpoint.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { SettingsClient } from '../policy/settings-client.ts';
import { settingsText } from './settings-text.ts';

interface ShowOptions extends EndpointOptions {
  readonly program: string;
  readonly json: boolean;
}

async function show(options: ShowOptions): Promise<void> {
  const { settings, tag } = await new SettingsClient(options).read();
  const { program } = options;
  const text = options.json ? JSON.stringify({ program, tag, settings }) : settingsText(program, settings);
  process.stdout.write(`${text}\n`);
}

/** `retclip program show --program P` */
export function programShowCommand(): Command {
  return new Command('show')
    .description("a program's settings; with --json also the tag by which `set --if-match` knows them")
    .requiredOption('--program <id>', 'screening program')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(show);
}
