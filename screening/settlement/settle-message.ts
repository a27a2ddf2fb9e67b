import type { Attempts, KnownAttempts } from '../../core/attempts/attempts.ts';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { sendToDeadLetters } from '../../core/dead-letters/send-to-dead-letters.ts';
import { InvalidInputError } from '../../core/errors.ts';
import type { ScreeningQueue } from '../../core/messages/queues.ts';
import type { QueuePair, ReceivedMessage } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import { InferenceCrashError, StoppingError } from '../errors.ts';

/** The longest pause before a failed exam is tried again, in seconds. */
const LONGEST_PAUSE = 300;
const FIRST_PAUSE = 2;
/** Workers that a request may end, each time alone, before it is buried. */
export const MOST_CRASHES = 3;
/** Faults of its own that a request may meet before it is buried. */
export const MOST_FAILURES = 12;

export interface SettleOptions {
  /** Which queue the messages are from. */
  readonly source: ScreeningQueue;
  readonly queues: QueuePair;
  readonly attempts: Pick<Attempts, 'begin' | 'spare' | 'fail' | 'forget'>;
  readonly remove: (receipt: string) => Promise<void>;
  readonly log: Log;
  readonly counters: Counters;
}

/** Does a message's work. */
type Work = () => Promise<void>;

const errorOf = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/**
 * Runs messages' work and then deals with the messages:
 *
 * ```
 * done ──────────────────────────────▶ deleted
 * worker stops before it was begun ──▶ released at once
 * the model's thread is gone ────────▶ released at once; a suspect's crash stays counted
 * invalid, retrying cannot help ─────▶ dead letters with the reason, at once
 * any other fault, fewer than 12 ────▶ invisible for a while, longer each time, then delivered again
 * any other fault, the twelfth ──────▶ dead letters with the reason
 * suspect that ended 3 workers alone ▶ dead letters with the reason, not tried again
 * ```
 *
 * None of it goes by the number of deliveries: those are raised by faults of others.
 */
export class Settlement {
  readonly #options: SettleOptions;

  constructor(options: SettleOptions) {
    this.#options = options;
  }

  /** Deals with a message whose work may go on beside others. */
  async handle(message: ReceivedMessage, work: Work): Promise<void> {
    await this.#settle(message, work, false);
  }

  /** Deals with one that was in hand when a worker died, while nothing else is. */
  async handleAlone(message: ReceivedMessage, known: KnownAttempts, work: Work): Promise<void> {
    const { attempts, log, counters } = this.#options;
    const exam = subjectOfMessage(message.body).name;
    if (known.crashes >= MOST_CRASHES) {
      const reason = `It ended its worker ${known.crashes} times, each time while nothing else was in hand.`;
      await this.#bury(message, new Error(reason));
      return;
    }
    try {
      await attempts.begin(message);
    } catch (thrown) {
      // Uncounted, it could end workers for ever.
      await this.#postpone(message, errorOf(thrown), message.receiveCount);
      return;
    }
    log.info('An exam that was in hand when a worker died is screened alone', {
      exam,
      crashes: known.crashes,
      deliveries: message.receiveCount,
    });
    counters.add('SuspectScreenedAlone', 1);
    await this.#settle(message, work, true);
  }

  async #settle(message: ReceivedMessage, work: Work, isAlone: boolean): Promise<void> {
    const { attempts, remove } = this.#options;
    try {
      await work();
    } catch (thrown) {
      await this.#fail(message, errorOf(thrown), isAlone);
      return;
    }
    await remove(message.receipt);
    // What came at the first delivery has no note.
    if (message.receiveCount > 1) await attempts.forget(message);
  }

  async #fail(message: ReceivedMessage, error: Error, isAlone: boolean): Promise<void> {
    const { queues, attempts, log } = this.#options;
    if (error instanceof InferenceCrashError) {
      await queues.queue.release([message.receipt]);
      return;
    }
    if (error instanceof StoppingError) {
      if (isAlone) await attempts.spare(message);
      await queues.queue.release([message.receipt]);
      return;
    }
    if (error instanceof InvalidInputError) {
      await this.#bury(message, error);
      return;
    }
    let failures: number;
    try {
      failures = await attempts.fail(message, error.message, isAlone);
    } catch (thrown) {
      // The store is down: nothing is known against this exam, and it is not buried for that.
      log.warn('An attempt could not be counted', { reason: errorOf(thrown).message });
      await this.#postpone(message, error, message.receiveCount);
      return;
    }
    if (failures >= MOST_FAILURES) await this.#bury(message, error);
    else await this.#postpone(message, error, failures);
  }

  async #postpone(message: ReceivedMessage, error: Error, attempt: number): Promise<void> {
    const { queues, log, counters } = this.#options;
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
    log.warn('An exam could not be screened and is tried again', {
      exam: subjectOfMessage(message.body).name,
      reason: error.message,
      attempt,
      inSeconds: pause,
    });
    counters.add('ScreeningRetried', 1);
    await queues.queue.extend([message.receipt], pause);
  }

  async #bury(message: ReceivedMessage, error: Error): Promise<void> {
    const { source, queues, attempts, remove, log, counters } = this.#options;
    const exam = subjectOfMessage(message.body).name;
    log.error('A screening request goes to the dead letters', { exam, reason: error.message });
    counters.add('MessageDeadLettered', 1);
    await sendToDeadLetters(queues.deadLetters, source, message, error.message);
    await remove(message.receipt);
    await attempts.forget(message);
  }
}
