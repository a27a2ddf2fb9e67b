import { resolve } from 'node:path';
import { Command } from 'commander';
import {
  ENDPOINT_OUTPUT,
  ISSUER_OUTPUT,
  SCOPE_OUTPUT,
  SIGN_IN_CLIENT_OUTPUT,
} from '../../aws/stack-outputs.ts';
import { WrongUseError } from '../errors.ts';
import { outputOf, stackOutputs } from '../stack-outputs.ts';
import { discover, type Identity, machineTokens } from './identity-provider.ts';
import { signInByBrowser, signInByDevice } from './sign-in.ts';
import { forgetTokens, keepTokens } from './stored-tokens.ts';

interface SystemOptions {
  readonly stack?: string;
  readonly endpoint?: string;
}

interface LoginOptions extends SystemOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly secretFile?: string;
  readonly scope?: string;
  readonly browser: boolean;
  readonly json: boolean;
}

/** OpenID's own, and a refresh token where the issuer gives one for the asking. */
const USUAL_SCOPE = 'openid offline_access';

function systemOf({
  stack = process.env.RETCLIP_STACK,
  endpoint = process.env.RETCLIP_ENDPOINT,
}: SystemOptions) {
  const system = stack || endpoint;
  if (!system) throw new WrongUseError('Which system? Give --stack NAME, or --endpoint URL.');
  return system;
}

function url(what: string, text: string): string {
  if (!URL.canParse(text)) throw new WrongUseError(`Expected a URL as ${what} but received "${text}".`);
  return text;
}

/** What is not told by options, the stack tells by its outputs. */
async function whatToSignInTo(options: LoginOptions): Promise<Identity & { readonly endpoint: string }> {
  const { stack = process.env.RETCLIP_STACK, endpoint, issuer, clientId, secretFile } = options;
  const machine = secretFile !== undefined;
  if (machine && clientId === undefined)
    throw new WrongUseError('--secret-file is the secret of a machine: give its --client-id too.');
  const isTold = endpoint !== undefined && issuer !== undefined && clientId !== undefined;
  if (!isTold && !stack)
    throw new WrongUseError('Give --stack NAME, or --endpoint, --issuer and --client-id together.');
  const outputs = isTold || !stack ? new Map<string, string>() : await stackOutputs(stack);
  const told = (name: string) => outputOf(outputs, stack ?? '', name);
  return {
    endpoint: url('--endpoint', endpoint ?? told(ENDPOINT_OUTPUT)),
    issuer: url('--issuer', issuer ?? told(ISSUER_OUTPUT)),
    clientId: clientId ?? told(SIGN_IN_CLIENT_OUTPUT),
    secretFile: machine ? resolve(secretFile) : null,
    scope: options.scope ?? (machine ? '' : (outputs.get(SCOPE_OUTPUT) ?? USUAL_SCOPE)),
  };
}

const tell = (text: string): void => void process.stderr.write(`${text}\n`);

async function login(options: LoginOptions): Promise<void> {
  const system = systemOf(options);
  const { endpoint, ...identity } = await whatToSignInTo(options);
  const signIn = async () => {
    if (identity.secretFile !== null) return machineTokens(identity, new Date());
    const configuration = await discover(identity);
    const hasDevices = configuration.serverMetadata().device_authorization_endpoint !== undefined;
    return hasDevices && !options.browser
      ? signInByDevice(configuration, identity, tell)
      : signInByBrowser(configuration, identity, tell);
  };
  const given = await signIn();
  await keepTokens({ schema: 'signed-in/1', system, endpoint, ...identity, ...given });
  const renews = given.refreshToken !== null || identity.secretFile !== null;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ system, endpoint, endsAt: given.endsAt, renews })}\n`);
    return;
  }
  const until = renews ? 'It is renewed as long as the issuer lets it.' : `It ends at ${given.endsAt}.`;
  process.stdout.write(`Signed in to ${system}. ${until}\n`);
}

async function logout(options: SystemOptions): Promise<void> {
  const system = systemOf(options);
  const was = await forgetTokens(system);
  process.stdout.write(was ? `Signed out of ${system}.\n` : `Nobody was signed in to ${system}.\n`);
}

/** `retclip login --stack S` */
export function loginCommand(): Command {
  return new Command('login')
    .description('sign in to a deployed system: further commands need no token then')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--endpoint <url>', "where the API answers; the stack's if left out")
    .option('--issuer <url>', "OpenID Connect issuer; the stack's if left out")
    .option('--client-id <id>', "client to sign in as; the stack's if left out")
    .option(
      '--secret-file <file>',
      'file with the secret of a machine, which signs in by itself (client credentials)',
    )
    .option('--scope <scopes>', 'scopes to ask for, separated by spaces')
    .option(
      '--browser',
      'by a browser of this machine, where the issuer could give a code for another one',
      false,
    )
    .option('--json', 'print one JSON object', false)
    .action(login);
}

/** `retclip logout --stack S` */
export function logoutCommand(): Command {
  return new Command('logout')
    .description('forget who is signed in to a deployed system')
    .option('--stack <name>', 'deployed CloudFormation stack')
    .option('--endpoint <url>', 'where its API answers, where it has no stack')
    .action(logout);
}
