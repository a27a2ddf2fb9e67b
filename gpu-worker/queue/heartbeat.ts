import { reasonOf } from '../../core/errors.ts';
import type { WorkQueue } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';

/** Keeps the messages in hand from being delivered to others, for as long as they are worked on. */
export class Heartbeat {
  readonly #queue: WorkQueue;
  readonly #visibilitySeconds: number;
  readonly #log: Log;
  /** Receipts in hand, and what to tell when one is lost. */
  readonly #held = new Map<string, () => void>();
  readonly #timer: NodeJS.Timeout;
  #beating: Promise<void> = Promise.resolve();

  constructor(queue: WorkQueue, visibilitySeconds: number, log: Log) {
    this.#queue = queue;
    this.#visibilitySeconds = visibilitySeconds;
    this.#log = log;
    this.#timer = setInterval(
      () => {
        this.#beating = this.#beating.then(() => this.#beat());
      },
      (visibilitySeconds * 1000) / 3,
    );
    this.#timer.unref();
  }

  get size(): number {
    return this.#held.size;
  }

  /** @param onLost told when the message has gone to somebody else */
  hold(receipt: string, onLost: () => void): void {
    this.#held.set(receipt, onLost);
  }

  drop(receipt: string): void {
    this.#held.delete(receipt);
  }

  /** Receipts in hand now. */
  held(): string[] {
    return [...this.#held.keys()];
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
  }

  async #beat(): Promise<void> {
    const receipts = this.held();
    if (receipts.length === 0) return;
    try {
      for (const { receipt } of await this.#queue.extend(receipts, this.#visibilitySeconds)) {
        this.#held.get(receipt)?.();
        this.#held.delete(receipt);
      }
    } catch (error) {
      // Two more beats fit into the timeout before anything is lost.
      this.#log.warn('The heartbeat failed', {
        reason: reasonOf(error),
      });
    }
  }
}
