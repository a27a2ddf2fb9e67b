import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import {
  READER_SCOPES,
  type ReaderRole,
  type ReaderScope,
  roleOf,
  SCOPES_OF_ROLES,
} from '../../local/readers/reader-record.ts';
import {
  addReader,
  changePassphrase,
  type LocalReader,
  listReaders,
  type NewReader,
  removeReader,
} from '../../local/readers/reader-tokens.ts';
import { WrongUseError } from '../errors.ts';
import { DEFAULT_DATA_FOLDER } from '../options/system.ts';

interface ReaderOptions {
  readonly data: string;
  readonly json: boolean;
}

interface PassphraseOptions extends ReaderOptions {
  readonly passphraseFile?: string;
}

interface AddOptions extends PassphraseOptions {
  readonly blinded: boolean;
  readonly operator: boolean;
  readonly scope?: readonly ReaderScope[];
  readonly program?: readonly string[];
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

function scopesOf({ blinded, operator, scope }: AddOptions): readonly ReaderScope[] {
  if (blinded && operator) throw new WrongUseError('--blinded and --operator contradict each other.');
  if (scope !== undefined) {
    if (blinded || operator)
      throw new WrongUseError('--scope says everything: leave --blinded and --operator out.');
    return READER_SCOPES.filter((one) => scope.includes(one));
  }
  if (operator) return SCOPES_OF_ROLES.operator;
  return SCOPES_OF_ROLES[blinded ? 'blinded-reader' : 'reader'];
}

/** @throws WrongUseError if the file cannot be read */
async function givenPassphrase({ passphraseFile }: PassphraseOptions): Promise<string | undefined> {
  if (passphraseFile === undefined) return undefined;
  const text = await readFile(passphraseFile, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`"${passphraseFile}" cannot be read: ${error.message}`);
  });
  return text.trim();
}

function mayText({ scopes, programs }: Pick<NewReader, 'scopes' | 'programs'>): string {
  const role = roleOf(scopes);
  const may = role === null ? `may ${scopes.join(', ')}` : ROLE_TEXTS[role];
  return programs === '*' ? may : `${may} in ${programs.join(', ')}`;
}

async function add(name: string, options: AddOptions): Promise<void> {
  const scopes = scopesOf(options);
  const programs = options.program ?? '*';
  const folder = await requireDataFolder(options.data);
  const given = await givenPassphrase(options);
  const { token, passphrase } = await addReader(
    folder,
    { name, programs, scopes, passphrase: given },
    new Date(),
  );
  const text = [
    `${pc.bold(name)} ${mayText({ scopes, programs })}. Shown this once:`,
    '',
    `  passphrase  ${given === undefined ? passphrase : pc.dim('the one that you gave')}`,
    `  token       ${token}`,
    '',
    pc.dim('  The passphrase opens the reading room, the token commands: RETCLIP_TOKEN or --token-file.'),
    pc.dim('  Their verdicts carry this name.'),
  ].join('\n');
  const shown = { name, role: roleOf(scopes), programs, scopes, token };
  const json = given === undefined ? { ...shown, passphrase } : shown;
  process.stdout.write(`${options.json ? JSON.stringify(json) : text}\n`);
}

async function passphrase(name: string, options: PassphraseOptions): Promise<void> {
  const folder = await requireDataFolder(options.data);
  const given = await givenPassphrase(options);
  const now = await changePassphrase(folder, name, given);
  const shown = given === undefined ? `: ${now}` : '.';
  const json = given === undefined ? { name, passphrase: now } : { name };
  process.stdout.write(
    `${options.json ? JSON.stringify(json) : `${pc.bold(name)} has another passphrase${shown}\nWho is signed in with the former one is signed out.`}\n`,
  );
}

function line(reader: LocalReader): string {
  const { name, addedAt, passphrase: kept } = reader;
  const by = kept === null ? '  by token alone' : '';
  return `${name}  ${mayText(reader)}  since ${addedAt.slice(0, 10)}${by}`;
}

async function list(options: ReaderOptions): Promise<void> {
  const readers = await listReaders(await requireDataFolder(options.data));
  const lines = readers.map((reader) => {
    const { file: _, passphrase: kept, ...shown } = reader;
    const json = { ...shown, role: roleOf(reader.scopes), passphrase: kept !== null };
    return options.json ? JSON.stringify(json) : line(reader);
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

const PASSPHRASE_FILE = [
  '--passphrase-file <file>',
  'take the passphrase from a file; a random one if left out',
] as const;

/** `retclip reader add NAME | list | passphrase NAME | remove NAME` */
export function readerCommand(): Command {
  return new Command('reader')
    .description('who may sign in on this machine, each by a passphrase and a token of their own')
    .addCommand(
      verb('add', 'let a person read; passphrase and token are shown once and kept as their hashes')
        .argument('<name>', 'the name that their verdicts carry; a pseudonym')
        .option('--program <names...>', 'the programs that they read for; every one if left out')
        .addOption(
          new Option('--scope <scopes...>', 'what they may do; read and review if left out').choices(
            READER_SCOPES,
          ),
        )
        .option('--blinded', 'a second reader: sees photographs alone, no results', false)
        .option('--operator', 'may do everything, not only read', false)
        .option(...PASSPHRASE_FILE)
        .action(add),
    )
    .addCommand(verb('list', 'who may sign in, without their tokens').action(list))
    .addCommand(
      verb('passphrase', 'give a reader another passphrase, or their first one')
        .argument('<name>', 'whose')
        .option(...PASSPHRASE_FILE)
        .action(passphrase),
    )
    .addCommand(
      verb('remove', 'take token and passphrase back; they open nothing from the next call on')
        .argument('<name>', 'whose')
        .action(remove),
    );
}
