import { Command } from 'commander';
import { refuseUndecided, UndecidedError } from '../../core/heads/deciding-heads.ts';
import { activateModel, keepLiveHeads } from '../../core/heads/model-activation.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { UNDECIDED_REMEDY } from '../../local/host/active-bundle.ts';
import { activeModelOfBundle, type Bundle, openBundle, storeBundle } from '../../model/bundle/index.ts';
import { WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { stackOption } from '../options/system.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { type ModelStoreOptions, modelDataOption, withModelStore } from './model-store.ts';
import { watchModel } from './watch-model.ts';

interface ActivateOptions extends ModelStoreOptions {
  readonly featuresOnly: boolean;
  readonly watch?: string;
  readonly json: boolean;
}

/** Whether heads that cannot decide are meant. @throws WrongUseError if they cannot, and that was not asked for */
function isFeaturesOnly({ heads, manifest }: Bundle, asked: boolean): boolean {
  try {
    refuseUndecided(heads, manifest.id, UNDECIDED_REMEDY);
    return false;
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    if (asked) return true;
    throw new WrongUseError(error.message, { cause: error });
  }
}

async function activate(folder: string, options: ActivateOptions): Promise<void> {
  await requireFolder('Bundle', folder);
  const bundle = await openBundle(folder);
  const featuresOnly = isFeaturesOnly(bundle, options.featuresOnly);
  const model = { ...activeModelOfBundle(bundle), ...(featuresOnly ? { featuresOnly } : {}) } as const;
  const { id } = bundle.manifest;
  await withModelStore(options, async ({ objects, by, then }) => {
    const names = Object.keys(bundle.manifest.files);
    const progress = startProgress('Storing the bundle', 'files', names.length, !options.json);
    let done = 0;
    await keepLiveHeads(objects);
    const files = await storeBundle(objects, bundle, () => progress.update(++done)).finally(progress.stop);
    for (const { id: _, ...head } of bundle.heads) await storeHead(objects, head);
    const change = await activateModel(objects, model, by, new Date());
    const sent = files.filter((file) => file.sent).length;
    if (options.json) {
      const before = change === null ? id : (change.from?.model ?? null);
      const report = { model: id, before, changed: change !== null, sent, featuresOnly };
      process.stdout.write(`${JSON.stringify(report)}\n`);
    } else {
      const said =
        change === null
          ? `Model ${id.slice(0, 12)} is active already.`
          : `Model ${id.slice(0, 12)} is active${change.from === null ? '' : `, in place of ${change.from.model.slice(0, 12)}`}.`;
      process.stdout.write(`${pc.bold(said)} ${sent} of ${files.length} files were sent.\n`);
      if (change !== null && change.to.promotion !== undefined)
        process.stdout.write(
          'Heads that were promoted on it stay live: retclip heads rollback takes them back.\n',
        );
      if (!model.trained)
        process.stdout.write(`${pc.yellow('It is UNTRAINED: its findings mean nothing.')}\n`);
      if (featuresOnly) process.stdout.write(`${pc.yellow('Nothing is assessed: no head of it decides.')}\n`);
      process.stdout.write(`${then}\n`);
      if (change !== null && change.from !== null)
        process.stdout.write('Take it back: retclip model rollback\n');
    }
  });
  if (options.watch !== undefined) await watchModel(options.watch, id, options);
}

/** `retclip model activate BUNDLE --stack S | --data DIR [--watch PROGRAM]` */
export function modelActivateCommand(): Command {
  return new Command('activate')
    .description('store a bundle in a system, and have it screen new exams')
    .argument('<bundle>', 'folder of the bundle')
    .addOption(stackOption())
    .addOption(modelDataOption())
    .option('--features-only', 'activate it though no head of it can decide: nothing is assessed', false)
    .option('--watch <program>', 'wait until an exam of the program was screened by it')
    .option('--json', 'print one JSON object', false)
    .action(activate);
}
