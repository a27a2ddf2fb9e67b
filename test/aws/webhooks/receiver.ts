import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { installMinistack } from '../emulator/install-ministack.ts';

const run = promisify(execFile);

/** The name under which the receiver is known to the world. */
export const RECEIVER = 'receiver.example.org';
/** Module that plays the internet in the process of the function that sends. */
export const INTERNET = new URL('./internet.mjs', import.meta.url).href;

interface Received {
  readonly path: string;
  readonly id: string;
  readonly type: string;
  /** Whether the signature is right by the secret of its path. */
  readonly isSigned: boolean;
}

/** A receiver of webhooks, by TLS. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly #secrets = new Map<string, string>();
  readonly received: Received[] = [];
  /** What a path answers with; 204 if nothing is said. */
  readonly answers = new Map<string, number>();
  /** File with the authority that vouches for the receiver. */
  readonly authority: string;

  private constructor(server: Server, authority: string) {
    this.#server = server;
    this.authority = authority;
  }

  static async open(folder: string): Promise<WebhookReceiver> {
    await mkdir(folder, { recursive: true });
    const script = join(import.meta.dirname, 'certificate.py');
    await run(await installMinistack(), [script, RECEIVER, folder]);
    const [key, cert] = await Promise.all(
      ['key.pem', 'certificate.pem'].map((name) => readFile(join(folder, name))),
    );
    const server = createServer({ key, cert });
    const receiver = new WebhookReceiver(server, join(folder, 'authority.pem'));
    server.on('request', async (request, response) => {
      const path = request.url ?? '';
      const body = await text(request);
      receiver.#note(path, body, request.headers as Record<string, string>);
      response.writeHead(receiver.answers.get(path) ?? 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(path: string): string {
    return `https://${RECEIVER}:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** The secret that signs what comes to a path. */
  expect(path: string, secret: string): void {
    this.#secrets.set(path, secret);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #note(path: string, body: string, headers: Record<string, string>): void {
    let isSigned = true;
    try {
      new Webhook(this.#secrets.get(path) ?? '').verify(body, headers);
    } catch {
      isSigned = false;
    }
    const { type } = JSON.parse(body) as { type: string };
    this.received.push({ path, id: headers['webhook-id'] ?? '', type, isSigned });
  }
}
