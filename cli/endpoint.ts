import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ENDPOINT_OUTPUT } from '../aws/stack-outputs.ts';
import { CliError, WrongUseError } from './errors.ts';
import { signedIn } from './login/signed-in.ts';
import { outputOf, stackOutputs } from './stack-outputs.ts';

/** File in a data folder that tells where its system listens. */
export const ENDPOINT_FILE = 'endpoint.json';

export const endpointSchema = z.object({
  url: z.url(),
  token: z.string().min(1),
  /** Process that serves it, on one machine. */
  pid: z.number().int().optional(),
});

/** Where the system is, and the token that opens it. */
export interface Endpoint extends Readonly<z.infer<typeof endpointSchema>> {
  /** Where the token comes from, for messages. */
  readonly tokenFrom: string;
  /** Has another token made, where the system refuses this one. */
  readonly renew?: () => Promise<void>;
}

interface Token {
  readonly token: string;
  readonly tokenFrom: string;
}

/** Options that every client verb has. */
export interface EndpointOptions {
  /** Data folder of a running `retclip local`. */
  readonly data?: string;
  /** Name of a deployed CloudFormation stack. */
  readonly stack?: string;
  /** File that holds the token to sign in with. */
  readonly tokenFile?: string;
}

/** The token of the person who calls: a file's, else the environment's; `undefined` if there is neither. */
async function ownToken(
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<Token | undefined> {
  if (file !== undefined) {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw new WrongUseError(`The token file "${file}" cannot be read: ${error.message}`);
    });
    if (text.trim() === '') throw new WrongUseError(`The token file "${file}" is empty.`);
    return { token: text.trim(), tokenFrom: `the file "${file}"` };
  }
  const { RETCLIP_TOKEN: token } = environment;
  return token ? { token, tokenFrom: 'RETCLIP_TOKEN' } : undefined;
}

async function ofDataFolder(folder: string, own: Token | undefined): Promise<Endpoint> {
  const file = join(folder, ENDPOINT_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    throw new CliError(
      `No system runs on data folder "${folder}": "${file}" is missing. Start it: retclip local --data ${JSON.stringify(folder)}`,
    );
  }
  const parsed = endpointSchema.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new CliError(`"${file}" is damaged. Stop and start: retclip local --data ${folder}`);
  return { ...parsed.data, tokenFrom: `"${file}"`, ...own };
}

/** Of who signed in by `retclip login`. */
async function ofSignIn(system: string): Promise<Endpoint | undefined> {
  const tokens = await signedIn(system);
  if (tokens === undefined) return undefined;
  return {
    url: tokens.endpoint,
    token: tokens.accessToken,
    tokenFrom: `your sign-in to ${system}`,
    renew: async () => void (await signedIn(system, tokens.accessToken)),
  };
}

async function ofStack(stack: string, own: Token | undefined): Promise<Endpoint> {
  if (own === undefined) {
    const signIn = await ofSignIn(stack);
    if (signIn !== undefined) return signIn;
    throw new WrongUseError(
      `A deployed stack needs a token: sign in by \`retclip login --stack ${stack}\`, or set RETCLIP_TOKEN, or give --token-file, with an access token of its user pool.`,
    );
  }
  return { url: outputOf(await stackOutputs(stack), stack, ENDPOINT_OUTPUT), ...own };
}

/**
 * Finds the system: `--data`, then `RETCLIP_ENDPOINT`, then `--stack` or `RETCLIP_STACK`. Who calls is told by
 * `--token-file` or `RETCLIP_TOKEN`; with `--data` the data folder's own token counts where there is
 * neither, and otherwise who signed in by `retclip login`, whose token is renewed before it ends.
 *
 * @throws CliError telling what was looked for and how to name the system
 */
export async function findEndpoint(
  options: EndpointOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Endpoint> {
  const own = await ownToken(options.tokenFile, environment);
  if (options.data !== undefined) return ofDataFolder(options.data, own);
  const { RETCLIP_ENDPOINT: url, RETCLIP_STACK: stack } = environment;
  if (options.stack === undefined && url) {
    if (!URL.canParse(url))
      throw new WrongUseError(`Expected a URL in RETCLIP_ENDPOINT but received "${url}".`);
    if (own === undefined) {
      const signIn = await ofSignIn(url);
      if (signIn !== undefined) return signIn;
      throw new WrongUseError(
        'RETCLIP_ENDPOINT is set but RETCLIP_TOKEN is not. Set both, or give --token-file, or sign in: retclip login.',
      );
    }
    return { url, ...own };
  }
  const name = options.stack ?? stack;
  if (name) return ofStack(name, own);
  throw new WrongUseError(
    'Which system? Give --data DIR of a running `retclip local`, or set RETCLIP_ENDPOINT and RETCLIP_TOKEN, or give --stack NAME of a deployed stack.',
  );
}
