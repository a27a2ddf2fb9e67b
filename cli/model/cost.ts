import { Command } from 'commander';
import { requireFolder } from '../given-path.ts';
import { errorColours } from '../terminal/colours.ts';
import { costText } from './cost-text.ts';

interface CostOptions {
  readonly record: boolean;
  readonly json: boolean;
}

async function cost(directory: string, { record, json }: CostOptions): Promise<void> {
  await requireFolder('Bundle', directory);
  const { openBundle } = await import('../../model/bundle/index.ts');
  const { measureCosts, recordCosts } = await import('../../model/cost/record-costs.ts');
  const bundle = await openBundle(directory);
  const costs = await measureCosts(bundle, (precision) => {
    if (!json) process.stderr.write(errorColours.dim(`  ${precision} …\n`));
  });
  if (record) await recordCosts(bundle, costs);
  if (json) {
    const { id } = bundle.manifest;
    process.stdout.write(`${JSON.stringify({ id, costs: Object.fromEntries(costs), recorded: record })}\n`);
    return;
  }
  const kept = record ? 'Kept in the bundle, which keeps its id.' : 'Not kept in the bundle (--no-record).';
  process.stdout.write(`${[...costText(costs), kept].join('\n')}\n`);
}

/** `retclip model cost BUNDLE` */
export function modelCostCommand(): Command {
  return new Command('cost')
    .description('measure what an image costs on one core of this machine, and keep it in the bundle')
    .argument('<bundle>', 'folder of the bundle')
    .option('--no-record', 'leave the bundle as it is')
    .option('--json', 'print one JSON object', false)
    .action(cost);
}
