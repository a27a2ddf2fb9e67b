import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { run } from '../../cli/retclip.ts';
import { PROJECT } from './documented-commands.ts';

/** Flags that everything has. */
const COMMON = ['--help', '--version'];
const helps = new Map<string, Promise<string>>();

/** What `retclip VERB --help` prints. */
async function helpOf(verb: readonly string[]): Promise<string> {
  const parts: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  const errors = vi.spyOn(process.stderr, 'write').mockImplementation((text) => parts.push(String(text)) > 0);
  try {
    await run([...verb, '--help']);
  } finally {
    spy.mockRestore();
    errors.mockRestore();
  }
  return parts.join('');
}

function rememberedHelp(verb: readonly string[]): Promise<string> {
  const name = verb.join(' ');
  const known = helps.get(name) ?? helpOf(verb);
  helps.set(name, known);
  return known;
}

/** Sub-commands that a help lists. */
function subcommandsOf(help: string): string[] {
  const [, list = ''] = /(?:^|\n)Commands:\n([\s\S]*?)(?:\n\n|$)/.exec(help) ?? [];
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name]) => String(name));
}

async function checkRetclip(words: readonly string[]): Promise<string[]> {
  const verb: string[] = [];
  let help = await rememberedHelp([]);
  for (const word of words) {
    const names = subcommandsOf(help);
    if (names.length === 0) break;
    if (word.startsWith('-')) break;
    if (!names.includes(word)) return [`retclip ${[...verb, word].join(' ')} is no verb`];
    verb.push(word);
    help = await rememberedHelp(verb);
  }
  const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/=.*$/, ''));
  const unknown = flags.filter(
    (flag) => !COMMON.includes(flag) && !new RegExp(`${flag}(?![a-z-])`).test(help),
  );
  return unknown.map((flag) => `retclip ${verb.join(' ')} has no ${flag}`);
}

async function exists(path: string): Promise<boolean> {
  return access(join(PROJECT, path)).then(
    () => true,
    () => false,
  );
}

/** A script of this project, run by Node: options are the keys of its `parseArgs`. */
async function checkScript(words: readonly string[]): Promise<string[]> {
  const [script = ''] = words.filter((word) => !word.startsWith('-'));
  if (words[0] === '-p' || words[0] === '-e') return [];
  if (!(await exists(script))) return [`there is no ${script}`];
  const source = await readFile(join(PROJECT, script), 'utf8');
  const flags = words.slice(words.indexOf(script)).filter((word) => /^--[a-z]/.test(word));
  return flags
    .filter((flag) => !new RegExp(`(?:^\\s*|[{,] )'?${flag.slice(2)}'?: \\{ type`, 'm').test(source))
    .map((flag) => `${script} has no ${flag}`);
}

async function checkPython(words: readonly string[]): Promise<string[]> {
  const module = words[words.indexOf('-m') + 1] ?? '';
  // Others are Python's own.
  if (!module.startsWith('training')) return [];
  const path = module.replaceAll('.', '/');
  if (!(await exists(`${path}.py`)) && !(await exists(`${path}/__main__.py`)))
    return [`there is no ${module}`];
  const files = (await readdir(join(PROJECT, 'training'), { recursive: true })).filter((name) =>
    name.endsWith('.py'),
  );
  const sources = await Promise.all(files.map((name) => readFile(join(PROJECT, 'training', name), 'utf8')));
  const flags = words.filter((word) => /^--[a-z]/.test(word));
  return flags
    .filter((flag) => !sources.some((source) => source.includes(`"${flag}"`)))
    .map((flag) => `${module} has no ${flag}`);
}

async function checkNpm(words: readonly string[]): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8'));
  if (words[0] !== 'run' && words[0] !== 'test') return [];
  const name = String(words[0] === 'run' ? words[1] : 'test');
  return Object.hasOwn(scripts, name) ? [] : [`npm run ${name} is no script`];
}

/** Parts of a line that are commands of their own, with quoted words as one word each. */
function simpleCommands(text: string): string[][] {
  const plain = text.replace(/\\\n/g, ' ').replace(/'[^']*'|"[^"]*"/g, 'QUOTED');
  return plain
    .split(/&&|\|\||\||;|>|\n|\$\(/)
    .map((part) => part.trim().split(/\s+/))
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word))));
}

/**
 * Checks that what a documented line names is there: verbs and options of `retclip`, scripts with their options, modules
 * of Python, scripts of npm, programs of packages.
 *
 * @returns what is not; nothing if all is
 */
export async function faultsOf(text: string): Promise<string[]> {
  const faults: string[] = [];
  for (const [program, ...words] of simpleCommands(text)) {
    if (program === 'retclip') faults.push(...(await checkRetclip(words)));
    if (program === 'npm') faults.push(...(await checkNpm(words)));
    if (program === 'python3') faults.push(...(await checkPython(words)));
    if (program === 'node') faults.push(`"node ${words.join(' ')}" fails on Node 20: write npx node`);
    if (program !== 'npx') continue;
    const [name = '', ...rest] = words;
    if (name === 'retclip') faults.push(...(await checkRetclip(rest)));
    else if (name === 'node') faults.push(...(await checkScript(rest)));
    else if (!(await exists(`node_modules/.bin/${name}`)))
      faults.push(`npx ${name} is no program of a package`);
  }
  return faults;
}
