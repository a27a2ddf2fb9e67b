import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import type { EmulatedAccount } from '../account/emulated-account.ts';
import { ScenarioError } from '../errors.ts';
import type { CommandLine, WayIn } from '../people/command-line.ts';
import type { WebhookReceiver } from '../webhooks/receiver.ts';
import type { Stores } from './stores.ts';

export const PROGRAM = 'north';

/** What every part of the scenario plays on. */
export interface Stage {
  readonly account: EmulatedAccount;
  readonly stores: Stores;
  /** An operator of the program, with every scope. */
  readonly operator: CommandLine;
  readonly token: string;
  /** A reader of another program. */
  readonly stranger: CommandLine;
  readonly receiver: WebhookReceiver;
}

/** @throws ScenarioError naming what was expected and what came */
export function expectThat(holds: boolean, what: string, found?: unknown): void {
  if (holds) return;
  const told = found === undefined ? '' : ` Found: ${JSON.stringify(found)?.slice(0, 2_000)}`;
  throw new ScenarioError(`Expected ${what}.${told}`);
}

/** Reads lines of JSON that a verb prints. */
export function linesOf<Line>(stdout: string): readonly Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Every result of the program, as the command line prints them. */
export async function allResults(
  { operator }: Stage,
  way: WayIn = 'endpoint',
): Promise<readonly ResultLine[]> {
  return linesOf(await operator.insist(way, 0, 'results', '--program', PROGRAM, '--json'));
}

/** Calls the API of the stack as the operator, for what the command line has no verb for. */
export async function callApi(
  { account, token }: Stage,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const { hostname: host, port } = new URL(account.stack.outputs.Endpoint ?? '');
  // By node:http, since fetch takes no Host header.
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const content = body === undefined ? undefined : JSON.stringify(body);
  const call = request(
    {
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: {
        host: `${host}:${port}`,
        authorization: `Bearer ${token}`,
        ...(content === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
      },
    },
    (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, text: said }), reject);
    },
  );
  call.once('error', reject);
  call.end(content);
  const answered = await promise;
  return { status: answered.status, body: answered.text === '' ? {} : JSON.parse(answered.text) };
}
