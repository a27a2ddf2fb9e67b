import { Command } from 'commander';
import { InvalidInputError } from '../../core/errors.ts';
import { rollBackModel } from '../../core/heads/model-activation.ts';
import { WrongUseError } from '../errors.ts';
import { stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { type ModelStoreOptions, modelDataOption, withModelStore } from './model-store.ts';
import { watchModel } from './watch-model.ts';

interface RollbackOptions extends ModelStoreOptions {
  readonly watch?: string;
  readonly json: boolean;
}

async function rollback(options: RollbackOptions): Promise<void> {
  let model = '';
  await withModelStore(options, async ({ objects, by, then }) => {
    const change = await rollBackModel(objects, by, new Date()).catch((error: unknown) => {
      throw error instanceof InvalidInputError ? new WrongUseError(error.message, { cause: error }) : error;
    });
    model = change.to.model;
    const [now, before] = [model.slice(0, 12), change.from.model.slice(0, 12)];
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ model, before: change.from.model, change: change.number })}\n`
        : `${pc.bold(`Model ${now} is active again, in place of ${before}.`)}\n${then}\n`,
    );
  });
  if (options.watch !== undefined) await watchModel(options.watch, model, options);
}

/** `retclip model rollback --stack S | --data DIR` */
export function modelRollbackCommand(): Command {
  return new Command('rollback')
    .description('go back to the model that was active before, with the heads that it had')
    .addOption(stackOption())
    .addOption(modelDataOption())
    .option('--watch <program>', 'wait until an exam of the program was screened by it')
    .option('--json', 'print one JSON object', false)
    .action(rollback);
}
