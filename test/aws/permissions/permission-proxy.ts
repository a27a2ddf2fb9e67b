import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, deniedAnswer, unknownKeyAnswer, unsignedAnswer } from './denial-answer.ts';
import { type Account, type Call, callOf, callsOf, type Principal } from './request-decision.ts';
import { permissionToMiss } from './requests/s3-permissions.ts';
import { type SentRequest, sentRequest } from './requests/sent-request.ts';
import type { ServiceRequest } from './requests/service-request.ts';
import { signatureScope } from './signature.ts';

export interface PermissionProxyOptions extends Omit<Account, 'secureTransport'> {
  /** Where the emulator listens, such as `http://127.0.0.1:4566`. */
  readonly upstream: string;
  /** Who signs with which access key id. Any other key is refused. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** Whether requests are taken as sent by TLS. @default true */
  readonly secureTransport?: boolean;
}

export interface PermissionProxy {
  readonly endpoint: string;
  /** Every permission that was asked for, in order. */
  readonly calls: readonly Call[];
  /** Those that were not allowed, and unknown keys. */
  readonly denials: readonly Call[];
  /** Every request that was passed on, in order: what AWS would bill, however many permissions one needed. */
  readonly requests: readonly SentRequest[];
  close(): Promise<void>;
}

/** What is read of a body: calls of the other protocols are small, an object is never held here. */
const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** Headers that are between two hosts and are not passed on. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'expect', 'proxy-connection']);

function passedOn(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

class EnforcingProxy {
  readonly calls: Call[] = [];
  readonly denials: Call[] = [];
  readonly requests: SentRequest[] = [];
  readonly #options: PermissionProxyOptions;
  readonly #account: Account;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(options: PermissionProxyOptions) {
    this.#options = options;
    this.#account = { secureTransport: true, ...options };
  }

  async handle(request: IncomingMessage, response: ServerResponse, mayGoOn: () => void): Promise<void> {
    const { pathname, searchParams } = new URL(`http://host${(request.url ?? '/').replace(/^\/+/, '/')}`);
    const path = request.url?.split('?')[0] ?? pathname;
    const scope = signatureScope(request, searchParams);
    const { method = 'GET', headers } = request;
    const unread: ServiceRequest = {
      service: scope?.service ?? 's3',
      region: scope?.region ?? '',
      method,
      path,
      query: searchParams,
      headers,
      body: Buffer.alloc(0),
    };
    const who = scope && this.#options.principals.get(scope.accessKeyId);
    if (who === undefined) {
      const reason =
        scope === undefined ? 'nobody signed the request' : `no role has the key ${scope.accessKeyId}`;
      this.#note({
        role: scope?.accessKeyId ?? 'anonymous',
        action: `${unread.service}:unknown`,
        resource: path,
        decision: 'denied',
        reason,
      });
      return this.#answer(
        request,
        response,
        scope === undefined ? unsignedAnswer(unread) : unknownKeyAnswer(unread),
      );
    }
    // An object's content decides nothing and is streamed.
    const isRead = unread.service !== 's3' || (method === 'POST' && searchParams.has('delete'));
    if (isRead) mayGoOn();
    const body = isRead ? await bodyOf(request) : undefined;
    if (isRead && body === undefined) {
      return this.#answer(request, response, {
        status: 413,
        headers: {},
        body: 'too large for the permission proxy',
      });
    }
    const read = { ...unread, body: body ?? unread.body };
    const calls = callsOf(read, who, this.#account);
    for (const call of calls) this.#note(call);
    const refused = calls.find(({ decision }) => decision !== 'allowed');
    if (refused !== undefined) {
      return this.#answer(request, response, deniedAnswer(read, refused.reason ?? 'Access Denied'));
    }
    this.requests.push(sentRequest(read, who.role, calls));
    if (!isRead) mayGoOn();
    this.#forward(request, response, read, who, body);
  }

  #note(call: Call): void {
    this.calls.push(call);
    if (call.decision !== 'allowed') this.denials.push(call);
  }

  #answer(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
    request.resume();
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
  }

  #forward(
    request: IncomingMessage,
    response: ServerResponse,
    read: ServiceRequest,
    who: Principal,
    body: Buffer | undefined,
  ): void {
    const upstream = send(
      new URL(request.url ?? '/', this.#options.upstream),
      {
        method: request.method,
        path: request.url,
        headers: passedOn(request.rawHeaders),
        agent: this.#agent,
      },
      (answer) => {
        const miss =
          read.service === 's3' && answer.statusCode === 404 ? this.#deniedMiss(read, who) : undefined;
        if (miss !== undefined) {
          answer.resume();
          return this.#answer(request, response, deniedAnswer(read, miss.reason ?? 'Access Denied'));
        }
        response.writeHead(answer.statusCode ?? 502, passedOn(answer.rawHeaders));
        answer.pipe(response);
        answer.on('error', () => response.destroy());
      },
    );
    upstream.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502).end(`The emulator does not answer: ${error.message}`);
    });
    // A caller that stops waiting, such as a long poll that is aborted, ends the emulator's call as well.
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    if (body === undefined) request.pipe(upstream);
    else upstream.end(body);
  }

  /** Where an object is missing, S3 says so only to who may list the bucket. */
  #deniedMiss(request: ServiceRequest, who: Principal): Call | undefined {
    const needed = permissionToMiss(request, this.#account.facts);
    if (needed === undefined) return undefined;
    const call = callOf(needed, request, who, this.#account);
    this.#note(call);
    return call.decision === 'allowed' ? undefined : call;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/**
 * Starts an HTTP proxy on the loopback in front of an AWS emulator. It decides each request by the policies of the role whose
 * access key signed it, answers denials as the service would, and passes all else on, byte by byte.
 *
 * @example
 * const { roles, facts, resourcePolicies } = stackPermissions(template, stack);
 * const proxy = await startPermissionProxy({ upstream, principals: new Map([['AKIAWORKER', worker]]), facts, resourcePolicies });
 */
export async function startPermissionProxy(options: PermissionProxyOptions): Promise<PermissionProxy> {
  const proxy = new EnforcingProxy(options);
  const handle = (request: IncomingMessage, response: ServerResponse, mayGoOn: () => void) => {
    proxy.handle(request, response, mayGoOn).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(`The permission proxy failed: ${error.stack}`);
    });
  };
  const server = createServer((request, response) => handle(request, response, () => undefined));
  // Who asks before it sends a content is answered by the decision.
  server.on('checkContinue', (request, response) =>
    handle(request, response, () => response.writeContinue()),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: proxy.calls,
    denials: proxy.denials,
    requests: proxy.requests,
    async close() {
      proxy.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
