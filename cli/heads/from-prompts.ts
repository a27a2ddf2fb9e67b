import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { reasonOf } from '../../core/errors.ts';
import { WrongUseError } from '../errors.ts';
import { requireFolder, requireNew } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { errorColours, colours as pc } from '../terminal/colours.ts';
import { headText } from './head-text.ts';

interface FromPromptsOptions {
  readonly model: string;
  readonly out: string;
  readonly json: boolean;
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new WrongUseError(`Prompts "${path}" cannot be read: ${error.message}`);
  });
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new WrongUseError(`Prompts "${path}" are not JSON: ${reasonOf(error)}`);
  }
}

async function fromPrompts(path: string, options: FromPromptsOptions): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { headId } = await import('../../core/heads/head.ts');
  const { headFromPrompts } = await import('../../model/heads/prompts/head-from-prompts.ts');
  const { promptSetOf } = await import('../../model/heads/prompts/prompt-set.ts');
  const { writeHead } = await import('../../model/heads/write-head.ts');
  const { TextSession } = await import('../../model/runtime/text-session.ts');
  const set = promptSetOf(await readJson(path), path);
  await requireNew(options.out);
  await requireFolder('Bundle', options.model);
  const bundle = await openBundle(options.model);
  const session = await TextSession.load(bundle);
  const { head, warnings } = await headFromPrompts(bundle, session, set).finally(() => session.release());
  await writeHead(options.out, head);
  if (options.json) {
    const { name, feature, kind, trained, model } = head;
    const labels = head.labels.map((label) => label.name);
    process.stdout.write(
      `${JSON.stringify({ out: options.out, id: headId(head), name, feature, kind, labels, trained, model, warnings })}\n`,
    );
    return;
  }
  for (const { text, problem } of warnings) {
    process.stderr.write(`${errorColours.yellow('warning:')} prompt "${text}": ${problem}.\n`);
  }
  process.stdout.write(`${headText(head)}\n${pc.green('Written')} to ${options.out}\n`);
}

/** `retclip heads from-prompts prompts.json --model BUNDLE --out head.json` */
export function headsFromPromptsCommand(): Command {
  return new Command('from-prompts')
    .description('make a zero-shot head of text prompts, by the text encoder')
    .argument('<prompts>', 'JSON: name, level (patient, left, right), labels or classes with their prompts')
    .requiredOption('--out <file>', 'file of the head; must not exist')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--json', 'print one JSON object', false)
    .action(fromPrompts);
}
