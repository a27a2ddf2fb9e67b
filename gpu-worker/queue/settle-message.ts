import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { sendToDeadLetters } from '../../core/dead-letters/send-to-dead-letters.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import type { QueuePair, ReceivedMessage } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import { StoppingError } from '../errors.ts';

/** The longest pause before a failed exam is tried again, in seconds. */
const LONGEST_PAUSE = 300;
const FIRST_PAUSE = 2;

export interface SettleOptions {
  readonly screening: QueuePair;
  readonly remove: (receipt: string) => Promise<void>;
  readonly log: Log;
  readonly counters: Counters;
}

/**
 * Runs a message's work and then deals with the message:
 *
 * ```
 * done ──────────────────────────────▶ deleted
 * worker stops before it was begun ──▶ released at once
 * invalid, retrying cannot help ─────▶ dead letters with the reason, at once
 * any other fault, deliveries left ──▶ invisible for a while, longer each time, then delivered again
 * any other fault, last delivery ────▶ dead letters with the reason
 * ```
 */
export function createSettle(
  options: SettleOptions,
): (message: ReceivedMessage, work: Promise<void>) => Promise<void> {
  const { screening, remove, log, counters } = options;

  async function bury(message: ReceivedMessage, error: Error): Promise<void> {
    const exam = subjectOfMessage(message.body).name;
    log.error('A screening request goes to the dead letters', { exam, reason: error.message });
    counters.add('MessageDeadLettered', 1);
    await sendToDeadLetters(screening.deadLetters, 'screening', message, error.message);
    await remove(message.receipt);
  }

  async function fail(message: ReceivedMessage, error: Error): Promise<void> {
    const { receipt, receiveCount, body } = message;
    if (error instanceof StoppingError) {
      await screening.queue.release([receipt]);
      return;
    }
    if (error instanceof InvalidInputError || receiveCount >= QUEUE_SETTINGS.screening.maxReceiveCount) {
      await bury(message, error);
      return;
    }
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (receiveCount - 1));
    log.warn('An exam could not be screened and is tried again', {
      exam: subjectOfMessage(body).name,
      reason: error.message,
      deliveries: receiveCount,
      inSeconds: pause,
    });
    counters.add('ScreeningRetried', 1);
    await screening.queue.extend([receipt], pause);
  }

  return async (message, work) => {
    try {
      await work;
    } catch (thrown) {
      await fail(message, thrown instanceof Error ? thrown : new Error(String(thrown)));
      return;
    }
    await remove(message.receipt);
  };
}
