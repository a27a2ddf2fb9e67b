import { setTimeout as delay } from 'node:timers/promises';
import { type Attempts, type KnownAttempts, NOTHING_BEFELL } from '../../core/attempts/attempts.ts';
import { findAttempts } from '../../core/attempts/find-attempts.ts';
import { reasonOf } from '../../core/errors.ts';
import type { ReceivedMessage, WorkQueue } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { byCrashes, type Suspect } from '../../screening/settlement/suspects.ts';
import type { Heartbeat } from './heartbeat.ts';

/** Of one receive: what SQS allows. */
const MESSAGES = 10;
const WAIT_SECONDS = 20;
const FAILURE_PAUSE_MILLISECONDS = 1_000;

export interface ReceiverOptions {
  readonly queue: WorkQueue;
  readonly heartbeat: Heartbeat;
  readonly attempts: Pick<Attempts, 'find'>;
  readonly visibilitySeconds: number;
  /** Messages in hand at most, to keep the model busy while others are downloaded. */
  readonly prefetch: number;
  /** Does a message's work and settles it. Must not reject. */
  readonly handle: (message: ReceivedMessage) => Promise<void>;
  /** The same for a suspect, while nothing else is in hand. Must not reject. */
  readonly handleAlone: (message: ReceivedMessage, known: KnownAttempts) => Promise<void>;
  readonly log: Log;
}

/**
 * Receives messages ahead of the work, up to a bound. One that was in hand when a worker died is handled alone, with
 * nothing else in hand, so that its fault costs no other exam a delivery.
 *
 * ```
 * start ─▶ receive 1 ── suspect ─▶ alone ─▶ receive 1 …
 *              ╰─ none ─▶ receive 10 ─▶ those that are no suspects ─▶ then each suspect alone ─▶ receive 1 …
 * ```
 *
 * After a start, and after a suspect, one message is received at a time: where one suspect waits there are others, and
 * those that were received with one that ends the worker would be delivered once more for nothing.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #suspects: Suspect[] = [];
  readonly #abort = new AbortController();
  #receiving: Promise<void> = Promise.resolve();
  #isCautious = true;

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
    // The work refuses to begin, and hands them back.
    for (const { message } of this.#suspects.splice(0)) this.#start(message, this.#options.handle(message));
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
    const messages = await this.#receive();
    if (messages.length === 0) return;
    const { heartbeat, attempts, log } = this.#options;
    for (const message of messages) {
      heartbeat.hold(message.receipt, () =>
        log.warn('A message was lost to another worker: its loan had ended', { messageId: message.id }),
      );
    }
    const known = await Promise.all(
      messages.map((message) => findAttempts(attempts, message, NOTHING_BEFELL, { log, what: 'a message' })),
    );
    this.#isCautious = known.some(({ isSuspect }) => isSuspect);
    messages.forEach((message, index) => {
      const found = known[index];
      if (found?.isSuspect === true) this.#suspects.push({ message, known: found });
      else this.#start(message, this.#options.handle(message));
    });
  }

  async #receive(): Promise<readonly ReceivedMessage[]> {
    const { queue, visibilitySeconds, prefetch, log } = this.#options;
    const { signal } = this.#abort;
    try {
      return await queue.receive({
        maxMessages: this.#isCautious ? 1 : Math.min(MESSAGES, prefetch - this.#running.size),
        waitSeconds: WAIT_SECONDS,
        visibilitySeconds,
        signal,
      });
    } catch (error) {
      if (signal.aborted) return [];
      log.warn('Receiving failed and is tried again', {
        reason: reasonOf(error),
      });
      await delay(FAILURE_PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
      return [];
    }
  }

  #start(message: ReceivedMessage, handling: Promise<void>): Promise<void> {
    const work = handling.finally(() => {
      this.#options.heartbeat.drop(message.receipt);
      this.#running.delete(work);
    });
    this.#running.add(work);
    return work;
  }

  async #handleSuspects(): Promise<void> {
    await this.drained();
    this.#suspects.sort(byCrashes);
    while (!this.#abort.signal.aborted) {
      const suspect = this.#suspects.shift();
      if (suspect === undefined) return;
      const { message, known } = suspect;
      await this.#start(message, this.#options.handleAlone(message, known));
    }
  }

  async #room(): Promise<void> {
    const { prefetch } = this.#options;
    while (this.#running.size >= prefetch) await Promise.race(this.#running);
  }
}
