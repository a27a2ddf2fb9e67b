import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const storedTokensSchema = z.object({
  schema: z.literal('signed-in/1'),
  /** Name of the stack, or the endpoint where there is none. */
  system: z.string(),
  /** Where the API answers. */
  endpoint: z.url(),
  issuer: z.url(),
  clientId: z.string().min(1),
  /** File with the secret of a machine's identity; `null` for a person. The secret itself is not kept here. */
  secretFile: z.string().nullable(),
  scope: z.string(),
  accessToken: z.string().min(1),
  /** `null` where the issuer gave none: when the access token ends, a machine asks again and a person signs in again. */
  refreshToken: z.string().nullable(),
  /** When the access token was given, and when it ends; ISO 8601, UTC. */
  givenAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
});
/** Who is signed in to one system, as it is kept for the next command. */
export type StoredTokens = Readonly<z.infer<typeof storedTokensSchema>>;

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** The user's folder of settings: `XDG_CONFIG_HOME`, on Windows `APPDATA`, else `~/.config`. */
function tokensFolder(environment: NodeJS.ProcessEnv): string {
  const { XDG_CONFIG_HOME, APPDATA } = environment;
  return join(XDG_CONFIG_HOME || APPDATA || join(homedir(), '.config'), 'retclip', 'signed-in');
}

/** One file a system: names of stacks and addresses hold what file names may not. */
function tokensFile(system: string, environment: NodeJS.ProcessEnv): string {
  const name = createHash('sha256').update(system).digest('hex').slice(0, 32);
  return join(tokensFolder(environment), `${name}.json`);
}

/** @returns `undefined` if nobody is signed in, or the file is damaged: signing in again replaces it */
export async function readTokens(
  system: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<StoredTokens | undefined> {
  const text = await readFile(tokensFile(system, environment), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return storedTokensSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Keeps tokens for the user alone. A reader sees those of before or these, never a part. */
export async function keepTokens(
  tokens: StoredTokens,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const file = tokensFile(tokens.system, environment);
  await mkdir(tokensFolder(environment), { recursive: true, mode: PRIVATE_FOLDER });
  const partial = `${file}.${process.pid}.partial`;
  await writeFile(partial, `${JSON.stringify(tokens)}\n`, { mode: PRIVATE_FILE });
  await rename(partial, file);
}

/** @returns whether anybody was signed in */
export async function forgetTokens(
  system: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const present = await readTokens(system, environment);
  await rm(tokensFile(system, environment), { force: true });
  return present !== undefined;
}
