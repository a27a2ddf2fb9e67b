import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import pLimit, { type LimitFunction } from 'p-limit';
import { CALLS_AT_ONCE } from '../stack/emulated-template.ts';
import { type DeployedFunction, ExecutionEnvironment, type FunctionAnswer } from './execution-environment.ts';

/** Of one function at once; further calls, of the API, wait. Lambda would start as many as there are calls. */
const ENVIRONMENTS = CALLS_AT_ONCE;

interface Pool {
  readonly described: DeployedFunction;
  readonly limit: LimitFunction;
  readonly idle: ExecutionEnvironment[];
}

/** What calls of a function came to. */
export interface FunctionUse {
  readonly calls: number;
  /** Messages of its queue that it was called with. */
  readonly messages: number;
  /** Of its own process, in milliseconds. */
  readonly processor: number;
}

const UNUSED: FunctionUse = { calls: 0, messages: 0, processor: 0 };

function messagesIn(event: unknown): number {
  const { Records } = event as { readonly Records?: readonly unknown[] };
  return Records?.length ?? 0;
}

/** A call of a function that ended with an error. */
export interface FailedCall {
  readonly function: string;
  readonly errorType: string;
  readonly errorMessage: string;
}

/** Runs functions in processes of their own, called by the emulator at an address for each. */
export class FunctionHost {
  readonly #pools = new Map<string, Pool>();
  readonly #server: Server;
  readonly #running = new Set<ExecutionEnvironment>();
  /** Calls that come before every function is known wait for it: a queue's first message is S3's test event. */
  readonly #opened = Promise.withResolvers<void>();
  readonly calls = new Map<string, number>();
  readonly failed: FailedCall[] = [];
  /** By the function's id; of calls that ended well. */
  readonly used = new Map<string, FunctionUse>();
  #started = 0;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const id = (request.url ?? '').slice(1);
      const answered = await this.#call(id, await json(request), request.headers).catch(
        (error: Error): FunctionAnswer => ({
          error: { errorType: 'Runtime.Unknown', errorMessage: error.message },
        }),
      );
      if ('error' in answered) this.failed.push({ function: id, ...answered.error });
      response
        .writeHead('error' in answered ? 500 : 200, { 'content-type': 'application/json' })
        .end(JSON.stringify('error' in answered ? answered.error : answered.answer));
    });
  }

  static async start(): Promise<FunctionHost> {
    const host = new FunctionHost();
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** Where a function is called. */
  url(id: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${id}`;
  }

  add(described: DeployedFunction): void {
    this.#pools.set(described.id, { described, limit: pLimit(ENVIRONMENTS), idle: [] });
  }

  /** Every function has been added. */
  open(): void {
    this.#opened.resolve();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await Promise.all([...this.#running].map((environment) => environment.stop()));
  }

  async #call(id: string, event: unknown, headers: NodeJS.Dict<string | string[]>): Promise<FunctionAnswer> {
    await this.#opened.promise;
    const pool = this.#pools.get(id);
    if (pool === undefined) throw new Error(`There is no function ${id}.`);
    this.calls.set(id, (this.calls.get(id) ?? 0) + 1);
    return pool.limit(async () => {
      const environment = pool.idle.pop() ?? (await this.#start(pool.described));
      const requestId = String(headers['x-amzn-lambda-request-id'] ?? '');
      const answered = await environment.invoke(
        event,
        requestId,
        Number(headers['x-amzn-lambda-deadline-ms']),
      );
      if ('answer' in answered) this.#note(id, messagesIn(event), answered.processor ?? 0);
      if (environment.isAlive) pool.idle.push(environment);
      else this.#running.delete(environment);
      return answered;
    });
  }

  #note(id: string, messages: number, processor: number): void {
    const before = this.used.get(id) ?? UNUSED;
    this.used.set(id, {
      calls: before.calls + 1,
      messages: before.messages + messages,
      processor: before.processor + processor,
    });
  }

  async #start(described: DeployedFunction): Promise<ExecutionEnvironment> {
    const { RETCLIP_CACHE: cache } = described.environment;
    this.#started += 1;
    // On AWS each has a /tmp of its own.
    const own: Record<string, string> =
      cache === undefined ? {} : { RETCLIP_CACHE: join(cache, String(this.#started)) };
    const environment = await ExecutionEnvironment.start({
      ...described,
      environment: { ...described.environment, ...own },
    });
    this.#running.add(environment);
    return environment;
  }
}
