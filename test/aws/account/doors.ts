import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forward, signedService } from './forward.ts';
import { answerVersionPart, isForVersionPart } from './version-parts.ts';

/** A server of the emulated account that passes requests on. */
export interface Door {
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

async function openDoor(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Door> {
  const server: Server = createServer({ requestTimeout: 0 }, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where requests of the account's outside go. Known once everything runs. */
export interface FrontTargets {
  /** Decides by the statements of the caller's role. */
  permissions: string;
  /** API Gateway, whose callers bring tokens, and the keys of tokens, which are public. */
  emulator: string;
}

/** The one address of the emulated AWS: every address that the emulator gives out leads here. */
export function openFrontDoor(targets: FrontTargets): Promise<Door> {
  return openDoor((request, response) => {
    const isApi = /\.execute-api\./.test(request.headers.host ?? '');
    const isPublicKey = /^\/[^/]+\/\.well-known\//.test(request.url ?? '');
    forward(request, response, isApi || isPublicKey ? targets.emulator : targets.permissions);
  });
}

/**
 * What is permitted goes to the service that it was signed for: the emulator, or what stands for services that it lacks. Of
 * an object's version the emulator gives no part.
 */
export function openServiceDoor(emulator: string, others: Readonly<Record<string, string>>): Promise<Door> {
  return openDoor((request, response) => {
    if (signedService(request) === 's3' && isForVersionPart(request)) {
      answerVersionPart(request, response, emulator).catch((error: Error) => response.destroy(error));
      return;
    }
    forward(request, response, others[signedService(request) ?? ''] ?? emulator);
  });
}
