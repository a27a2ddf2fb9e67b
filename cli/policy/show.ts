import { Command } from 'commander';
import { policyId } from '../../core/policies/index.ts';
import { requireFolder } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalText } from '../terminal/text.ts';
import { findPolicy } from './named-policy.ts';
import { operatingPointText } from './operating-point-text.ts';
import { policyText } from './policy-text.ts';

async function show(
  wanted: string,
  options: { readonly model: string; readonly json: boolean },
): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  await requireFolder('Bundle', options.model);
  const { policies, manifest } = await openBundle(options.model);
  const policy = await findPolicy(wanted, { policies });
  const point = manifest.card?.operatingPoints?.find(({ policyId: id }) => id === policyId(policy));
  const lines = [
    policyText(policy),
    ...(point === undefined ? [] : ['', operatingPointText(point), pc.dim(point.caveat)]),
  ].flatMap((part) => part.split('\n'));
  const text = lines.map((line) => terminalText(line, 4)).join('\n');
  process.stdout.write(`${options.json ? JSON.stringify({ id: policyId(policy), policy }) : text}\n`);
}

/** `retclip policy show screening` or `retclip policy show policy.json` */
export function policyShowCommand(): Command {
  return new Command('show')
    .description('explain a policy in words')
    .argument('[policy]', 'name of one of the bundle, or its file', 'screening')
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--json', 'print one JSON object', false)
    .action(show);
}
