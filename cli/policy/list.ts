import { Command } from 'commander';
import { policyId } from '../../core/policies/index.ts';
import { requireFolder } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { terminalTable } from '../terminal/table.ts';

async function list(options: { readonly model: string; readonly json: boolean }): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  await requireFolder('Bundle', options.model);
  const { policies, manifest } = await openBundle(options.model);
  const points = manifest.card?.operatingPoints ?? [];
  const items = policies.map((policy) => ({
    name: policy.name,
    id: policyId(policy),
    aim: points.find(({ policy: name }) => name === policy.name)?.aim ?? null,
  }));
  if (options.json) {
    process.stdout.write(`${JSON.stringify(items)}\n`);
    return;
  }
  const none = `Bundle "${options.model}" has no policies. Choose one: retclip policy fit --help`;
  const table = terminalTable(
    ['policy', 'id', 'chosen for'],
    items.map(({ name, id, aim }) => [name, id, (aim ?? '').replaceAll(' %', '\u00A0%')]),
    { foremost: 2 },
  );
  process.stdout.write(`${items.length === 0 ? none : table}\n`);
}

/** `retclip policy list --model BUNDLE` */
export function policyListCommand(): Command {
  return new Command('list')
    .description('name the policies that come with a model bundle')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--json', 'print one JSON array', false)
    .action(list);
}
