import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import { type EmulatedAccount, openAccount } from './account/emulated-account.ts';
import { grantsByRole, unusedGrants } from './account/used-permissions.ts';
import { ScenarioError } from './errors.ts';
import { roleIn } from './functions/deployed-functions.ts';
import { CommandLine } from './people/command-line.ts';
import { People } from './people/sign-in.ts';
import { type Played, play } from './scenario/play.ts';
import { PROGRAM, type Stage } from './scenario/stage.ts';
import { Stores } from './scenario/stores.ts';
import { LACKING_KINDS, type LackingKindName } from './stack/lacking-kinds.ts';
import { TEMPLATE_ASSERTIONS, templateFaults } from './stack/template-assertions.ts';
import { INTERNET, WebhookReceiver } from './webhooks/receiver.ts';

const started = Date.now();

function tell(part: string): void {
  process.stderr.write(`${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${part}\n`);
}

async function setTheStage(account: EmulatedAccount, receiver: WebhookReceiver): Promise<Stage> {
  const people = new People(account.administrator, account.stack);
  const scopes = ['scope:read', 'scope:review', 'scope:operate', 'scope:admin'];
  const token = await people.add('operator-1', [`program:${PROGRAM}`, ...scopes]);
  const strange = await people.add('reader-of-south', ['program:south', 'scope:read']);
  const api = account.stack.outputs.Endpoint ?? '';
  return {
    account,
    receiver,
    token,
    stores: new Stores(account),
    operator: new CommandLine(account.endpoint, api, token),
    stranger: new CommandLine(account.endpoint, api, strange),
  };
}

/** Roles of functions that Lambda calls with messages of a queue. */
function polledRoles({ app }: EmulatedAccount): ReadonlySet<string> {
  const { Resources } = app.template;
  const roles = Object.values(Resources).flatMap(({ Type, Properties = {} }) => {
    if (Type !== 'AWS::Lambda::EventSourceMapping') return [];
    const { Ref } = Properties.FunctionName as { Ref: string };
    return [roleIn(Resources[Ref]?.Properties?.Role)];
  });
  return new Set(roles);
}

function reportOf(account: EmulatedAccount, played: Played) {
  const { calls, denials } = account.permissions;
  const distinct = new Set(calls.map(({ role, action, resource }) => `${role} ${action} ${resource}`));
  const stripped = Object.entries(account.emulated.stripped).map(([kind, ids]) => {
    const name = kind as LackingKindName;
    return {
      kind,
      type: LACKING_KINDS[name].type,
      count: ids.length,
      standIn: TEMPLATE_ASSERTIONS[name].says,
    };
  });
  return {
    resources: Object.keys(account.stack.ids).length,
    stripped,
    roles: [...new Set(calls.map(({ role }) => role))].sort(),
    calls: calls.length,
    distinctCalls: distinct.size,
    denials: denials.length,
    functions: Object.fromEntries(account.functions.calls),
    jobs: account.batch.submitted.length,
    ...played,
    neverUsed: grantsByRole(unusedGrants(account.principals.values(), calls, polledRoles(account))),
    minutes: Number(((Date.now() - started) / 60_000).toFixed(2)),
  };
}

/** What the account's parts have to say when the scenario did not come out. */
async function tellFaults(account: EmulatedAccount): Promise<void> {
  const { permissions, functions, batch, emulator, workFolder } = account;
  for (const { role, action, resource, reason } of permissions.denials)
    process.stderr.write(`denied: ${role} ${action} ${resource} (${reason})\n`);
  for (const failed of functions.failed) process.stderr.write(`failed: ${JSON.stringify(failed)}\n`);
  for (const fault of batch.faults) process.stderr.write(`batch: ${fault}\n`);
  process.stderr.write(`emulator: ${(await emulator.log()).slice(-2_000)}\nLogs: ${workFolder}\n`);
}

/** Ends with the first refusal: what it leads to would only be waited for. */
async function firstDenial({ permissions }: EmulatedAccount, playing: AbortSignal): Promise<never> {
  while (permissions.denials.length === 0) await delay(1_000, undefined, { signal: playing });
  const [{ role, action, resource } = { role: '', action: '', resource: '' }] = permissions.denials;
  throw new ScenarioError(`${role} may not ${action} on ${resource}.`);
}

async function main(workFolder: string): Promise<boolean> {
  const receiver = await WebhookReceiver.open(join(workFolder, 'receiver'));
  const bundle = join(workFolder, 'former-model');
  let account: EmulatedAccount | undefined;
  try {
    tell('synthesis, the emulator, and the deployment of the stack');
    [account] = await Promise.all([
      openAccount({
        workFolder,
        around: (service) =>
          service === 'webhooks'
            ? { preload: INTERNET, environment: { NODE_EXTRA_CA_CERTS: receiver.authority } }
            : {},
      }),
      buildUntrainedBundle(bundle),
    ]);
    tell('people sign in');
    const stage = await setTheStage(account, receiver);
    const playing = new AbortController();
    const denied = firstDenial(account, playing.signal);
    const played = await Promise.race([play(stage, bundle, tell), denied]).finally(() => playing.abort());
    stage.stores.close();
    const faults = templateFaults(account.app.template);
    for (const fault of faults) process.stderr.write(`template: ${fault}\n`);
    const isSound = [account.permissions.denials, account.batch.faults, faults].every(
      ({ length }) => length === 0,
    );
    if (!isSound) await tellFaults(account);
    process.stdout.write(`${JSON.stringify(reportOf(account, played))}\n`);
    return isSound;
  } catch (error) {
    if (account !== undefined) await tellFaults(account);
    process.stderr.write(`${(error as Error).stack}\n`);
    return false;
  } finally {
    await account?.close();
    await receiver.close();
  }
}

const workFolder = await mkdtemp(join(tmpdir(), 'retclip-aws-'));
const isSound = await main(workFolder);
if (isSound) await rm(workFolder, { recursive: true, force: true });
// A part of the scenario that was waiting when another one failed is not waited for.
process.exit(isSound ? 0 : 1);
