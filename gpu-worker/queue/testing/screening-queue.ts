import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ReceivedMessage } from '../../../core/ports/index.ts';
import { type LocalHome, openLocalHome } from '../../../local/home.ts';

export const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A screening request, as far as the queue's side of the worker reads it. */
export const request = (patient: string) =>
  JSON.stringify({ exam: { program: 'north', patient, exam: '1' }, requestId: `request of ${patient}` });

/** The screening queue of an empty home for each test of a file, on a clock that the test moves. */
export class ScreeningQueue {
  now = 0;
  #directory = '';
  #home: LocalHome | undefined;

  constructor() {
    beforeEach(async () => {
      this.now = Date.parse('2026-05-01T08:00:00Z');
      this.#directory = await mkdtemp(join(tmpdir(), 'worker-queue-'));
      this.#home = await openLocalHome(this.#directory, { now: () => this.now });
    });
    afterEach(async () => {
      await this.home.close();
      await rm(this.#directory, { recursive: true });
    });
  }

  get home(): LocalHome {
    if (this.#home === undefined) throw new Error('The home is open within a test only.');
    return this.#home;
  }

  get queue(): LocalHome['queues']['screening']['queue'] {
    return this.home.queues.screening.queue;
  }

  send(...bodies: string[]) {
    return this.queue.send(bodies.map((body) => ({ body })));
  }

  receive() {
    return this.queue.receive({ maxMessages: 10, waitSeconds: 0, visibilitySeconds: 60 });
  }

  async receiveOne(): Promise<ReceivedMessage> {
    const [message] = await this.receive();
    if (message === undefined) throw new Error('Nothing was delivered.');
    return message;
  }
}
