import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, extname, join, relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pLimit from 'p-limit';
import { IMAGE_SUFFIXES } from '../../core/exams/image-formats.ts';
import { DECODING_CONTRACTS, type DecodingContract } from '../../decoding/contracts.ts';
import { CliError, EXIT_CODES } from '../errors.ts';
import { requireFolder, requireNew } from '../given-path.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';

interface SquaresOptions {
  readonly out: string;
  readonly size: number;
  readonly preprocessing: DecodingContract;
  readonly json: boolean;
}

/** Side of a square in pixels as an option's value. */
function sizeOption(value: string): number {
  const size = Number(value);
  if (!Number.isInteger(size) || size < 16 || size > 2_048) {
    throw new InvalidArgumentError(`Expected a whole number from 16 to 2048 but received ${value}.`);
  }
  return size;
}

const isPhotograph = (name: string): boolean => IMAGE_SUFFIXES.has(extname(name).slice(1).toLowerCase());

async function squaresCommand(source: string, options: SquaresOptions): Promise<void> {
  await requireFolder('Folder', source);
  await requireNew(options.out);
  const { Decoders, ImageError } = await import('../../decoding/index.ts');
  const { default: sharp } = await import('sharp');
  const { preprocessing: contract, size, out } = options;
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)))
    .sort();
  const photographs = names.filter(isPhotograph);
  if (photographs.length === 0) throw new CliError(`"${source}" holds no photograph.`);
  await using decoders = new Decoders({ processes: Math.min(4, availableParallelism()) });
  const progress = startProgress('Squares', 'photographs', photographs.length, !options.json);
  const limit = pLimit(2 * decoders.processes);
  const left: { readonly item: string; readonly reason: string }[] = [];
  let done = 0;
  const write = async (name: string): Promise<void> => {
    await mkdir(dirname(join(out, name)), { recursive: true });
    if (!isPhotograph(name)) return copyFile(join(source, name), join(out, name));
    try {
      const { squares } = await decoders.decode(await readFile(join(source, name)), {
        contract,
        sides: [size],
      });
      const raw = { width: size, height: size, channels: 3 } as const;
      await writeFile(join(out, name), await sharp(squares[0], { raw }).png().toBuffer(), { flag: 'wx' });
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      left.push({ item: name, reason: error.message });
    }
    done += 1;
    progress.update(done);
  };
  await Promise.all(names.map((name) => limit(() => write(name)))).finally(progress.stop);
  const written = photographs.length - left.length;
  const lines = leftOutLines(
    'left out',
    left.map(({ item, reason }) => `${item}: ${reason}`),
  );
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out, preprocessing: contract, size, written, leftOut: left })}\n`
      : `${[...lines, `${pc.green('Wrote')} ${written} squares of ${size} pixels under ${contract} into ${out}`].join('\n')}\n`,
  );
  if (left.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip model squares FOLDER --size 224 --preprocessing field-bicubic-v1 --out DIR` */
export function modelSquaresCommand(): Command {
  return new Command('squares')
    .description('write the pixels that a model would see of each photograph in a folder, for training')
    .argument('<folder>', 'folder of photographs; other files are copied as they are')
    .requiredOption('--out <dir>', 'folder of the squares, laid out alike; must not exist')
    .requiredOption('--size <pixels>', "side of the model's input", sizeOption)
    .addOption(
      new Option('--preprocessing <contract>', 'how photographs become pixels')
        .choices(DECODING_CONTRACTS)
        .default('field-bicubic-v1'),
    )
    .option('--json', 'print one JSON object', false)
    .action(squaresCommand);
}
