import { setTimeout as delay } from 'node:timers/promises';
import type { ReceivedMessage, WorkQueue } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Heartbeat } from './heartbeat.ts';

/** Of one receive: what SQS allows. */
const MESSAGES = 10;
const WAIT_SECONDS = 20;
/** A message delivered so often without an answer may be what kills workers. */
const SUSPECT_DELIVERIES = 4;
const FAILURE_PAUSE_MILLISECONDS = 1_000;

export interface ReceiverOptions {
  readonly queue: WorkQueue;
  readonly heartbeat: Heartbeat;
  readonly visibilitySeconds: number;
  /** Messages in hand at most, to keep the model busy while others are downloaded. */
  readonly prefetch: number;
  /** Does a message's work and settles it. Must not reject. */
  readonly handle: (message: ReceivedMessage) => Promise<void>;
  readonly log: Log;
}

/**
 * Receives messages ahead of the work, up to a bound. One that came back several times is handled alone, with nothing
 * else in hand, so that it cannot take other exams down with it again and again.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #suspects: ReceivedMessage[] = [];
  readonly #abort = new AbortController();
  #receiving: Promise<void> = Promise.resolve();

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  /** Receives until it is stopped. */
  async run(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      if (this.#suspects.length > 0) await this.#handleSuspects();
      await this.#room();
      if (this.#abort.signal.aborted) break;
      this.#receiving = this.#receiveMore();
      await this.#receiving;
    }
    for (const message of this.#suspects.splice(0)) this.#start(message);
  }

  /** Receives nothing more. What is in hand goes on. */
  stop(): void {
    this.#abort.abort();
  }

  /** Resolves when no receive is under way: one that has been stopped may still bring messages on loan. */
  received(): Promise<void> {
    return this.#receiving;
  }

  /** Resolves when nothing is in hand. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #receiveMore(): Promise<void> {
    for (const message of await this.#receive()) this.#take(message);
  }

  async #receive(): Promise<readonly ReceivedMessage[]> {
    const { queue, visibilitySeconds, prefetch, log } = this.#options;
    const { signal } = this.#abort;
    try {
      return await queue.receive({
        maxMessages: Math.min(MESSAGES, prefetch - this.#running.size),
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds,
        signal,
      });
    } catch (error) {
      if (signal.aborted) return [];
      log.warn('Receiving failed and is tried again', {
        reason: error instanceof Error ? error.message : String(error),
      });
      await delay(FAILURE_PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      return [];
    }
  }

  #take(message: ReceivedMessage): void {
    const { heartbeat, log } = this.#options;
    heartbeat.hold(message.receipt, () =>
      log.warn('A message was lost to another worker: its loan had ended', { messageId: message.id }),
    );
    if (message.receiveCount >= SUSPECT_DELIVERIES) this.#suspects.push(message);
    else this.#start(message);
  }

  #start(message: ReceivedMessage): Promise<void> {
    const work = this.#options.handle(message).finally(() => {
      this.#options.heartbeat.drop(message.receipt);
      this.#running.delete(work);
    });
    this.#running.add(work);
    return work;
  }

  async #handleSuspects(): Promise<void> {
    await this.drained();
    for (;;) {
      const message = this.#suspects.shift();
      if (message === undefined) return;
      await this.#start(message);
    }
  }

  async #room(): Promise<void> {
    const { prefetch } = this.#options;
    while (this.#running.size >= prefetch) await Promise.race(this.#running);
  }
}
