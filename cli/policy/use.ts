import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { type OutcomePolicy, policyId } from '../../core/policies/index.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { LiveHeadsClient } from '../heads/live-client.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { colours as pc } from '../terminal/colours.ts';
import { findPolicy } from './named-policy.ts';
import { policyText } from './policy-text.ts';
import { SettingsClient } from './settings-client.ts';

interface UseOptions extends EndpointOptions {
  readonly program: string;
  readonly model: string;
  readonly rules?: 'keep' | 'replace';
  readonly anyHeads: boolean;
  readonly json: boolean;
}

type RuleField = Exclude<keyof OutcomePolicy, 'schema' | 'name' | 'thresholds'>;

/** What a policy decides by besides its thresholds. The type asks for every part. */
const RULE_FIELDS = Object.keys({
  rules: true,
  ungradableEye: true,
  missingEye: true,
  lateralitySuspect: true,
  identityDoubt: true,
  fieldDoubtful: true,
  unlikeTraining: true,
  mediaOpacity: true,
} satisfies Record<RuleField, true>) as readonly RuleField[];

/** @throws WrongUseError if the program's rules are others and nothing was said about them */
function withChosenRules(
  policy: OutcomePolicy,
  present: OutcomePolicy,
  rules: UseOptions['rules'],
): OutcomePolicy {
  const differing = RULE_FIELDS.filter((field) => !isDeepStrictEqual(policy[field], present[field]));
  if (differing.length === 0 || rules === 'replace') return policy;
  if (rules === 'keep')
    return { ...present, schema: policy.schema, name: policy.name, thresholds: policy.thresholds };
  throw new WrongUseError(
    `The program has ${differing.join(', ')} of its own, which this policy would change. Say --rules keep to take the thresholds only (they were chosen with the policy's own rules), or --rules replace to take all of it. Nothing was changed.`,
  );
}

/** @throws WrongUseError if thresholds are meant for heads that are not live: they would do nothing */
async function requireLiveHeads(policy: OutcomePolicy, client: LiveHeadsClient): Promise<void> {
  const { heads } = await client.active();
  const stale = policy.thresholds.filter(
    ({ head, headId }) =>
      headId !== undefined && !heads.some(({ name, id }) => name === head && id === headId),
  );
  if (stale.length === 0) return;
  const names = [...new Set(stale.map(({ head, headId }) => `${head} (${headId?.slice(0, 8)})`))].join(', ');
  const live = heads.map(({ name, id }) => `${name} (${id.slice(0, 8)})`).join(', ') || 'none';
  throw new WrongUseError(
    `The policy has thresholds for ${names}, but live are ${live}: they would not count. Promote those heads, choose a policy for the live ones (retclip policy fit), or say --any-heads to set it all the same. Nothing was changed.`,
  );
}

async function use(wanted: string, options: UseOptions): Promise<void> {
  const { openBundle } = await import('../../model/bundle/index.ts');
  await requireFolder('Bundle', options.model);
  const { policies } = await openBundle(options.model);
  const found = await findPolicy(wanted, { policies });
  const client = new SettingsClient(options);
  const present = await client.read();
  const policy = withChosenRules(found, present.settings.policy, options.rules);
  if (!options.anyHeads) await requireLiveHeads(policy, new LiveHeadsClient(options));
  const written = await client.write({ ...present.settings, policy }, present);
  const ids = { from: policyId(present.settings.policy), to: policyId(written.settings.policy) };
  const text = [
    `${pc.green('Set')} for program ${options.program}; before: ${present.settings.policy.name ?? 'a policy without a name'} ${pc.dim(ids.from)}`,
    policyText(written.settings.policy),
    pc.dim(
      'New exams follow within seconds. Exams screened before keep their outcomes: retclip job create --mode rescore',
    ),
  ].join('\n');
  process.stdout.write(`${options.json ? JSON.stringify({ program: options.program, ...ids }) : text}\n`);
}

/** `retclip policy use screening --program P --data DIR` */
export function policyUseCommand(): Command {
  return new Command('use')
    .description("write a policy into a program's settings")
    .argument('<policy>', 'name of one of the bundle, `default`, or its file')
    .requiredOption('--program <id>', 'program')
    .option('--model <bundle>', 'folder of the bundle whose policies have names', DEFAULT_MODEL)
    .option(
      '--rules <what>',
      "where the program's rules are others than the policy's: keep or replace",
      (value) => {
        if (value === 'keep' || value === 'replace') return value;
        throw new WrongUseError(`Expected keep or replace but received "${value}".`);
      },
    )
    .option('--any-heads', 'set it though its thresholds are for heads that are not live', false)
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(use);
}
