import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { LocalError } from '../errors.ts';

/** A server that only this machine can reach. */
export interface LoopbackServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The port is taken by another program. */
export class PortInUseError extends LocalError {
  constructor(port: number) {
    super(
      `Port ${port} is in use by another program. Choose another with --port, or leave --port out to get a free one.`,
    );
  }
}

const LOOPBACK = '127.0.0.1';

/** A page of the web that resolves its own name to this machine must not reach the API: only these names are served. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, '');
  return name === LOOPBACK || name === 'localhost';
}

/** How long a sender may take, and how much of it is kept open. */
export interface ServerLimits {
  readonly headersMilliseconds: number;
  /** The whole request: a photograph takes less than a second on this machine. */
  readonly requestMilliseconds: number;
  /** How often senders are looked at. */
  readonly lookMilliseconds: number;
  readonly headerBytes: number;
  readonly connections: number;
}

const LIMITS: ServerLimits = {
  headersMilliseconds: 15_000,
  requestMilliseconds: 300_000,
  lookMilliseconds: 5_000,
  headerBytes: 16 * 1024,
  connections: 512,
};

/**
 * Serves an app on the loopback interface. A sender that is too slow is answered 408, headers that are too long 431.
 *
 * @param port 0: any free port
 * @throws PortInUseError
 */
export async function serveOnLoopback(
  app: Pick<Hono, 'fetch'>,
  port: number,
  limits: Partial<ServerLimits> = {},
): Promise<LoopbackServer> {
  const { headersMilliseconds, requestMilliseconds, lookMilliseconds, headerBytes, connections } = {
    ...LIMITS,
    ...limits,
  };
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: headersMilliseconds,
      requestTimeout: requestMilliseconds,
      connectionsCheckingInterval: lookMilliseconds,
      maxHeaderSize: headerBytes,
    },
  });
  server.maxConnections = connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new PortInUseError(port) : error);
    });
    server.listen(port, LOOPBACK, resolve);
  });
  // Where no descriptor is left, callers wait or are turned away: the server goes on.
  server.on('error', () => undefined);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new LocalError('The server has no address.');
  return {
    url: `http://${LOOPBACK}:${address.port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
