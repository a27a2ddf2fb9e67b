import { Command, InvalidArgumentError, Option } from 'commander';
import { DECODING_CONTRACTS, type DecodingContract } from '../../decoding/contracts.ts';
import type { Precision } from '../../model/onnx/layers.ts';
import { WrongUseError } from '../errors.ts';
import { requireFile, requireNew } from '../given-path.ts';
import { headOfFile } from '../job/send-head.ts';
import { precisionsOption } from '../options/precision.ts';
import { errorColours, colours as pc } from '../terminal/colours.ts';
import { bundleText } from './bundle-text.ts';

/** A number of attention heads as an option's value. */
function headsOption(value: string): number {
  const heads = Number(value);
  if (!Number.isInteger(heads) || heads < 1) {
    throw new InvalidArgumentError(`Expected a whole number of at least 1 but received ${value}.`);
  }
  return heads;
}

interface ImportOptions {
  readonly vocab: string;
  readonly out: string;
  readonly precision?: readonly Precision[];
  readonly name?: string;
  readonly preprocessing: DecodingContract;
  readonly heads: readonly string[];
  readonly card?: string;
  readonly detector?: string;
  readonly key?: string;
  readonly visionHeads?: number;
  readonly textHeads?: number;
  readonly visionActivation?: 'gelu' | 'quick-gelu';
  readonly untrained: boolean;
  readonly json: boolean;
}

/** What its owner says of a checkpoint, and no tensor tells. */
function toldOf({ key, visionHeads, textHeads, visionActivation }: ImportOptions) {
  return {
    ...(key === undefined ? {} : { key }),
    ...(visionHeads === undefined ? {} : { visionHeads }),
    ...(textHeads === undefined ? {} : { textHeads }),
    ...(visionActivation === 'gelu' ? { visionActivation } : {}),
  };
}

/** What nothing in a checkpoint tells is its owner's to say. */
async function refuseUntold(error: unknown): Promise<never> {
  const { UntoldGeometryError, UntoldWeightsError } = await import('../../model/errors.ts');
  if (error instanceof UntoldGeometryError || error instanceof UntoldWeightsError)
    throw new WrongUseError(error.message);
  throw error;
}

/** A card is written by hand: what is wrong with it is its writer's to mend. */
function refuseCard(error: unknown): never {
  if (error instanceof Error) throw new WrongUseError(error.message);
  throw error;
}

async function importModel(checkpoint: string, options: ImportOptions): Promise<void> {
  await requireFile('Checkpoint', checkpoint);
  await requireNew(options.out);
  await requireFile('Vocabulary', options.vocab);
  for (const head of options.heads) await requireFile('Head', head);
  if (options.card !== undefined) await requireFile('Model card', options.card);
  if (options.detector !== undefined) await requireFile('Detector', options.detector);
  const { importCheckpoint } = await import('../../model/import/import-checkpoint.ts');
  const { measureCosts, recordCosts } = await import('../../model/cost/record-costs.ts');
  const { readModelCard } = await import('../../model/bundle/index.ts');
  const heads = await Promise.all(options.heads.map(headOfFile));
  const card = options.card === undefined ? undefined : await readModelCard(options.card).catch(refuseCard);
  const began = performance.now();
  const onStep = (step: string) => {
    if (!options.json) process.stderr.write(errorColours.dim(`  ${step} …\n`));
  };
  const imported = await importCheckpoint({
    checkpoint,
    vocabulary: options.vocab,
    out: options.out,
    precisions: options.precision,
    name: options.name,
    preprocessing: options.preprocessing,
    heads,
    card,
    detector: options.detector,
    trained: !options.untrained,
    told: toldOf(options),
    onStep,
  }).catch(refuseUntold);
  const costs = await measureCosts(imported, (precision) => onStep(`cost of an image, ${precision}`));
  const bundle = await recordCosts(imported, costs);
  const seconds = (performance.now() - began) / 1000;
  const { id, geometry, provenance } = bundle.manifest;
  const { assumptions = [] } = provenance;
  if (!options.json) {
    for (const assumption of assumptions)
      process.stderr.write(`${errorColours.yellow('Assumed')} ${assumption}\n`);
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ id, directory: options.out, geometry, assumptions, costs: Object.fromEntries(costs), seconds })}\n`
      : `${bundleText(bundle)}\n${pc.green('Imported')} in ${seconds.toFixed(1)} s. Prove it: retclip model verify ${options.out}\n`,
  );
}

/** `retclip model import CHECKPOINT --vocab V --out DIR [--precision fp32,fp16,int8] [--vision-heads N]` */
export function modelImportCommand(): Command {
  return new Command('import')
    .description('make a model bundle of a RET-CLIP checkpoint (PyTorch or safetensors)')
    .argument(
      '<checkpoint>',
      'checkpoint file, or the index of several (*.index.json); nothing in it is executed',
    )
    .requiredOption('--vocab <file>', "the text tower's vocabulary, one entry a line")
    .requiredOption('--out <dir>', 'folder of the bundle; must not exist')
    .option(
      '--precision <list>',
      'variants of the vision tower: fp32, fp16 (GPU), int8 (CPU, not of a ResNet); all if left out',
      precisionsOption,
    )
    .option(
      '--key <key>',
      'which set of weights, where the file has several: what stands before their names, as in state_dict.ema',
    )
    .option('--name <name>', 'name of the model; the file name if left out')
    .option('--heads <files...>', 'heads that were fitted on features of this checkpoint', [])
    .option(
      '--card <file>',
      'model card as JSON: data, training, measured figures, what it must not be used for',
    )
    .option('--detector <file>', 'checkpoint of a detector of left and right eyes, its .json beside it')
    .option(
      '--vision-heads <n>',
      'attention heads of the vision tower; needed unless its sizes are a published configuration',
      headsOption,
    )
    .option('--text-heads <n>', 'attention heads of the text tower', headsOption)
    .addOption(
      new Option(
        '--vision-activation <name>',
        "activation of a ViT's perceptrons; quick-gelu, as the reference code has it, unless told",
      ).choices(['quick-gelu', 'gelu']),
    )
    .addOption(
      new Option('--preprocessing <contract>', 'how photographs become pixels: as the checkpoint was trained')
        .choices(DECODING_CONTRACTS)
        .default('squash-bicubic-v1'),
    )
    .option('--untrained', 'mark every result as coming from an untrained model', false)
    .option('--json', 'print one JSON object', false)
    .action(importModel);
}
