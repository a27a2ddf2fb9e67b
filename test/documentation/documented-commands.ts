import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced block of a page, in the order of its lines. */
export interface FencedBlock {
  readonly page: string;
  /** Of its first line, counted from 1. */
  readonly line: number;
  /** What stands behind the fence; '' if nothing does. */
  readonly language: string;
  readonly text: string;
}

/** A command in a page: a line of a block of `sh`, joined with the lines that continue it, or a code span. */
export interface DocumentedCommand {
  readonly page: string;
  readonly line: number;
  readonly text: string;
}

/** README.md, CONTRIBUTING.md, every page below docs and the training's page, by their paths in the project. */
export async function pages(): Promise<string[]> {
  const docs = await readdir(join(PROJECT, 'docs'), { recursive: true });
  return [
    'README.md',
    'CONTRIBUTING.md',
    'training/README.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
  ].sort();
}

export async function textOf(page: string): Promise<string> {
  return readFile(join(PROJECT, page), 'utf8');
}

/** @throws Error if a fence is left open */
export function blocksOf(page: string, text: string): FencedBlock[] {
  const blocks: FencedBlock[] = [];
  let open: { readonly line: number; readonly language: string; readonly lines: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, language] = /^\s*```(.*)$/.exec(line) ?? [];
    if (language === undefined) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 2, language, lines: [] };
    else {
      blocks.push({ page, line: open.line, language: open.language, text: open.lines.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`${page}:${open.line} opens a block that nothing closes.`);
  return blocks;
}

const quotesAreOpen = (text: string) =>
  text
    .replace(/\\./g, '')
    .replace(/'[^']*'|"[^"]*"/g, '')
    .match(/['"]/);
const withoutRemark = (line: string) => line.replace(/(^|\s)#(?![^'"]*['"]\s*$)\s.*$/, '');

/** The commands of a block of `sh`, without remarks. */
export function commandsOf({ page, line, text }: FencedBlock): DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let pending: { readonly line: number; text: string } | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    pending ??= { line: line + index, text: '' };
    pending.text += pending.text === '' ? raw : `\n${raw}`;
    if (/\\$/.test(raw) || quotesAreOpen(pending.text)) continue;
    if (/^for /.test(pending.text) && !/^done/m.test(pending.text)) continue;
    const command = pending.text.includes('\n') ? pending.text : withoutRemark(pending.text).trim();
    if (command !== '') commands.push({ page, line: pending.line, text: command });
    pending = undefined;
  }
  return commands;
}

const COMMAND = /^(?:[A-Z_]+=\S+ )*(?:npx|npm|node|python3|retclip|cdk|aws|curl) \S/;

/** Code spans of a page that are commands, such as `npx node bench/heads.ts`. */
export function spansOf(page: string, text: string): DocumentedCommand[] {
  const prose = text.replace(/^\s*```[\s\S]*?^\s*```$/gm, (block) => block.replace(/[^\n]/g, ''));
  return [...prose.matchAll(/`([^`\n]+)`/g)]
    .map(({ 1: span = '', index }) => ({
      ...{ page, text: span.replaceAll('\\|', '|') },
      line: prose.slice(0, index).split('\n').length,
    }))
    .filter((command) => COMMAND.test(command.text));
}
