import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError, WrongUseError } from './errors.ts';

/** File in a data folder that tells where its system listens. */
export const ENDPOINT_FILE = 'endpoint.json';

export const endpointSchema = z.object({
  url: z.url(),
  token: z.string().min(1),
  /** Process that serves it, on one machine. */
  pid: z.number().int().optional(),
});

/** Where the system is, and the token that opens it. */
export type Endpoint = Readonly<z.infer<typeof endpointSchema>>;

/** Options that every client verb has. */
export interface EndpointOptions {
  /** Data folder of a running `retclip local`. */
  readonly data?: string;
  /** Name of a deployed CloudFormation stack. */
  readonly stack?: string;
}

async function ofDataFolder(folder: string): Promise<Endpoint> {
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
  return parsed.data;
}

async function ofStack(stack: string, token: string | undefined): Promise<Endpoint> {
  if (!token) {
    throw new WrongUseError(
      `A deployed stack needs a token: set RETCLIP_TOKEN to an access token of its user pool.`,
    );
  }
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const answer = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = answer.Stacks?.[0]?.Outputs ?? [];
    const url = outputs.find((output) => output.OutputKey === 'ApiEndpoint')?.OutputValue;
    if (url === undefined) throw new CliError(`Stack "${stack}" has no output ApiEndpoint: deploy it again.`);
    return { url, token };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(
      `Stack "${stack}" could not be read: ${error instanceof Error ? error.message : error}. Check AWS_PROFILE and AWS_REGION.`,
      { cause: error },
    );
  }
}

/**
 * Finds the system: `--data`, then `RETCLIP_ENDPOINT` with `RETCLIP_TOKEN`, then `--stack` or `RETCLIP_STACK`.
 *
 * @throws CliError telling what was looked for and how to name the system
 */
export async function findEndpoint(
  options: EndpointOptions,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Endpoint> {
  if (options.data !== undefined) return ofDataFolder(options.data);
  const { RETCLIP_ENDPOINT: url, RETCLIP_TOKEN: token, RETCLIP_STACK: stack } = environment;
  if (options.stack === undefined && url) {
    if (!URL.canParse(url))
      throw new WrongUseError(`Expected a URL in RETCLIP_ENDPOINT but received "${url}".`);
    if (!token) throw new WrongUseError('RETCLIP_ENDPOINT is set but RETCLIP_TOKEN is not. Set both.');
    return { url, token };
  }
  const name = options.stack ?? stack;
  if (name) return ofStack(name, token);
  throw new WrongUseError(
    'Which system? Give --data DIR of a running `retclip local`, or set RETCLIP_ENDPOINT and RETCLIP_TOKEN, or give --stack NAME of a deployed stack.',
  );
}
