import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import {
  addReader,
  type LocalReader,
  listReaders,
  type ReaderRole,
  removeReader,
} from '../../local/readers/reader-tokens.ts';
import { WrongUseError } from '../errors.ts';
import { DEFAULT_DATA_FOLDER } from '../options/system.ts';

interface ReaderOptions {
  readonly data: string;
  readonly json: boolean;
}

interface AddOptions extends ReaderOptions {
  readonly blinded: boolean;
  readonly operator: boolean;
}

/** What each role is, in a list. */
const ROLE_TEXTS: Readonly<Record<ReaderRole, string>> = {
  reader: 'reads results and gives verdicts',
  'blinded-reader': 'gives verdicts, sees photographs alone',
  operator: 'may do everything',
};

/** @throws WrongUseError if no host has ever run on the folder */
async function requireDataFolder(data: string): Promise<string> {
  if (await stat(join(data, 'state.sqlite')).catch(() => undefined)) return resolve(data);
  throw new WrongUseError(
    `"${data}" is no data folder. Start it first: retclip local --data ${JSON.stringify(data)}`,
  );
}

function roleOf({ blinded, operator }: AddOptions): ReaderRole {
  if (blinded && operator) throw new WrongUseError('--blinded and --operator contradict each other.');
  if (operator) return 'operator';
  return blinded ? 'blinded-reader' : 'reader';
}

async function add(name: string, options: AddOptions): Promise<void> {
  const role = roleOf(options);
  const folder = await requireDataFolder(options.data);
  const token = await addReader(folder, name, role, new Date());
  const text = [
    `${pc.bold(name)} ${ROLE_TEXTS[role]}. The token, shown this once:`,
    '',
    `  ${token}`,
    '',
    pc.dim('  They sign in with RETCLIP_TOKEN or --token-file. Their verdicts carry this name.'),
  ].join('\n');
  process.stdout.write(`${options.json ? JSON.stringify({ name, role, token }) : text}\n`);
}

function line({ name, role, addedAt }: LocalReader): string {
  return `${name}  ${ROLE_TEXTS[role]}  since ${addedAt.slice(0, 10)}`;
}

async function list(options: ReaderOptions): Promise<void> {
  const readers = await listReaders(await requireDataFolder(options.data));
  const lines = readers.map((reader) => {
    const { schema: _, ...shown } = reader;
    return options.json ? JSON.stringify(shown) : line(reader);
  });
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  else if (!options.json) process.stdout.write('No reader was added: retclip reader add NAME\n');
}

async function remove(name: string, options: ReaderOptions): Promise<void> {
  await removeReader(await requireDataFolder(options.data), name);
  const text = `${name} can sign in no longer. Their verdicts stay.`;
  process.stdout.write(`${options.json ? JSON.stringify({ removed: name }) : text}\n`);
}

function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--data <dir>', 'data folder of `retclip local`', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON, one object a line', false);
}

/** `retclip reader add NAME | list | remove NAME` */
export function readerCommand(): Command {
  return new Command('reader')
    .description('who may sign in on this machine, each with a token of their own')
    .addCommand(
      verb('add', 'make a token for a person who reads; it is shown once and kept as its hash')
        .argument('<name>', 'the name that their verdicts carry; a pseudonym')
        .option('--blinded', 'a second reader: sees photographs alone, no results', false)
        .option('--operator', 'may do everything, not only read', false)
        .action(add),
    )
    .addCommand(verb('list', 'who may sign in, without their tokens').action(list))
    .addCommand(
      verb('remove', 'take a token back; it works no longer from the next call on')
        .argument('<name>', 'whose')
        .action(remove),
    );
}
