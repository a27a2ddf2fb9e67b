import type {
  OutgoingMessage,
  QueueDepth,
  ReceiptFailure,
  ReceivedMessage,
  ReceiveOptions,
  WorkQueue,
} from '../../core/ports/index.ts';
import { checkMessage, checkReceive, checkVisibility } from '../../core/ports/message-arguments.ts';
import type { SteadyClock } from '../clock/folder-clock.ts';
import type { Database } from '../database/database.ts';
import type { FreeRoom } from '../room/free-room.ts';
import { QueueMessages, type QueueRules } from './queue-messages.ts';
import type { WakeUps } from './wake-ups.ts';

/** How soon a message sent by another process, or one whose delay has ended, is seen. */
const POLL_MILLISECONDS = 50;

export interface LocalQueueParts {
  readonly database: Database;
  readonly wakeUps: WakeUps;
  readonly rules: QueueRules;
  readonly visibilitySeconds: number;
  /** Milliseconds since 1970: says when a message was sent, and decides nothing. */
  readonly now: () => number;
  /** By it messages are hidden. */
  readonly clock: SteadyClock;
  /** Without room for an answer no message is lent. */
  readonly room: FreeRoom;
}

/**
 * A queue in the data folder's database, shared by all processes that open the folder.
 *
 * Sending is durable. Loans and deletions are relaxed: a loss of power may bring a deleted message back, which
 * at-least-once delivery allows and every receiver expects.
 */
export class LocalQueue implements WorkQueue {
  readonly name: string;
  readonly messages: QueueMessages;
  readonly #parts: LocalQueueParts;

  constructor(parts: LocalQueueParts) {
    this.name = parts.rules.name;
    this.messages = new QueueMessages(parts.database, parts.rules);
    this.#parts = parts;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    for (const message of messages) checkMessage(this.name, message);
    if (messages.length === 0) return;
    const { database, now, clock, wakeUps } = this.#parts;
    await database.write('durable', () => {
      clock.store();
      for (const message of messages) this.messages.insert(message, clock.now(), now());
    });
    wakeUps.wake(this.name);
  }

  async receive(options: ReceiveOptions): Promise<readonly ReceivedMessage[]> {
    checkReceive(options);
    const { database, clock, room, wakeUps } = this.#parts;
    const { maxMessages, signal } = options;
    const loan = (options.visibilitySeconds ?? this.#parts.visibilitySeconds) * 1_000;
    const deadline = performance.now() + options.waitSeconds * 1_000;
    while (!signal?.aborted) {
      if (room.isEnoughForWork && this.messages.anyVisible(clock.now())) {
        const lent = await database.write('relaxed', () => {
          const at = clock.now();
          clock.store();
          return this.messages.lend(maxMessages, at, at + loan);
        });
        if (lent.length > 0) return lent;
      }
      const left = deadline - performance.now();
      if (left <= 0) break;
      await wakeUps.wait(this.name, Math.min(left, POLL_MILLISECONDS), signal);
      if (!database.isOpen) break;
    }
    return [];
  }

  async extend(receipts: readonly string[], visibilitySeconds: number): Promise<readonly ReceiptFailure[]> {
    checkVisibility(visibilitySeconds);
    return this.#change(receipts, true, (sequence, now) => {
      this.messages.extend(sequence, now + visibilitySeconds * 1_000);
    });
  }

  async delete(receipts: readonly string[]): Promise<readonly ReceiptFailure[]> {
    const failures = await this.#change(receipts, false, (sequence) => this.messages.remove(sequence));
    return failures.filter(({ reason }) => reason !== GONE);
  }

  async release(receipts: readonly string[]): Promise<readonly ReceiptFailure[]> {
    const failures = await this.#change(receipts, true, (sequence, now) => {
      this.messages.release(sequence, now);
    });
    if (failures.length < receipts.length) this.#parts.wakeUps.wake(this.name);
    return failures;
  }

  /**
   * Hands every message back. Only for a caller that knows that all receivers have ended, as a host does when it starts or its
   * worker has died; otherwise messages would wait for the rest of their loans.
   */
  async releaseAll(): Promise<void> {
    const { database, clock, wakeUps } = this.#parts;
    await database.write('relaxed', () => this.messages.releaseAll(clock.now()));
    wakeUps.wake(this.name);
  }

  async depth(): Promise<QueueDepth> {
    return this.messages.depth(this.#parts.clock.now());
  }

  async #change(
    receipts: readonly string[],
    onlyInFlight: boolean,
    change: (sequence: number, now: number) => void,
  ): Promise<readonly ReceiptFailure[]> {
    if (receipts.length === 0) return [];
    const { database, clock } = this.#parts;
    return database.write('relaxed', () => {
      const at = clock.now();
      clock.store();
      return receipts.flatMap((receipt) => {
        const held = this.messages.holder(receipt, at, onlyInFlight);
        if (typeof held === 'string') return [{ receipt, reason: held === 'gone' ? GONE : STALE }];
        change(held, at);
        return [];
      });
    });
  }
}

const GONE = 'The message has been deleted.';
const STALE = 'The message is no longer on this loan: its visibility timeout has ended, or it was released.';
