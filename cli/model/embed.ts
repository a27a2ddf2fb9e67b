import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import type { Embedding } from '../../model/embed/embed.ts';
import { CliError, WrongUseError } from '../errors.ts';
import { requireFile, requireFolder } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import {
  acceptUnverifiedOption,
  chosenPrecision,
  type PrecisionFlags,
  precisionOption,
} from '../options/precision.ts';

interface EmbedOptions extends PrecisionFlags {
  readonly model: string;
  readonly left?: string;
  readonly right?: string;
  readonly text: readonly string[];
  readonly contextLength?: number;
  readonly json: boolean;
}

function lengthOption(value: string): number {
  const length = Number(value);
  if (!Number.isInteger(length) || length < 2) {
    throw new InvalidArgumentError(`Expected a whole number of at least 2 tokens but received ${value}.`);
  }
  return length;
}

async function readImage(path: string | undefined): Promise<Uint8Array | null> {
  if (path === undefined) return null;
  return readFile(path).catch((error: Error) => {
    throw new CliError(`Photograph "${path}" cannot be read: ${error.message}`);
  });
}

function text(embedding: Embedding): string {
  const vector = (values: readonly number[] | null): string =>
    values === null
      ? 'none'
      : `[${values.length}] ${values
          .slice(0, 6)
          .map((value) => value.toFixed(4))
          .join(' ')} …`;
  const { texts, ...eyes } = embedding;
  const lines = Object.entries(eyes).map(([name, values]) => `${name.padEnd(13)} ${vector(values)}`);
  const textLines = texts.map(
    ({ tokens, patient }, index) =>
      `text ${index + 1}        ${tokens.filter((id) => id !== 0).length} tokens, patient ${vector(patient)}`,
  );
  return [...lines, ...textLines].join('\n');
}

async function embedCommand(options: EmbedOptions): Promise<void> {
  const { left, right } = options;
  if (left === undefined && right === undefined && options.text.length === 0)
    throw new WrongUseError(
      'There is nothing to embed: give --left or --right with a photograph, or --text.',
    );
  await requireFolder('Bundle', options.model);
  for (const photograph of [left, right])
    if (photograph !== undefined) await requireFile('Photograph', photograph);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { embed } = await import('../../model/embed/embed.ts');
  const { ImageError } = await import('../../decoding/index.ts');
  const bundle = await openBundle(options.model);
  const { positions } = bundle.manifest.geometry.text;
  if (options.contextLength !== undefined && options.contextLength > positions) {
    throw new WrongUseError(
      `--context-length ${options.contextLength} is longer than the model's ${positions} positions.`,
    );
  }
  const precision = await chosenPrecision(bundle, options);
  try {
    const embedding = await embed(bundle, {
      left: await readImage(left),
      right: await readImage(right),
      texts: options.text,
      contextLength: options.contextLength,
      precision,
    });
    process.stdout.write(`${options.json ? JSON.stringify(embedding) : text(embedding)}\n`);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new CliError(`A photograph cannot be embedded. ${error.message}`, { cause: error });
  }
}

/** `retclip model embed --model BUNDLE --left IMG --right IMG [--text T]… --json` */
export function modelEmbedCommand(): Command {
  return new Command('embed')
    .description('print the features of photographs and texts, not normalised')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--left <image>', 'photograph of the left eye')
    .option('--right <image>', 'photograph of the right eye')
    .option(
      '--text <text>',
      'a text; may be given several times',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--context-length <n>', "tokens of each text; the bundle's own if left out", lengthOption)
    .option(
      '--precision <precision>',
      'variant of the vision tower; fp32 if the bundle has it',
      precisionOption,
    )
    .addOption(acceptUnverifiedOption())
    .option('--json', 'print one JSON object', false)
    .action(embedCommand);
}
