import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { findAttempts } from '../../core/attempts/find-attempts.ts';
import type { ImageAttempts } from '../../core/attempts/image-attempts.ts';
import { subjectOfMessage } from '../../core/dead-letters/message-subject.ts';
import { sendToDeadLetters } from '../../core/dead-letters/send-to-dead-letters.ts';
import { reasonOf } from '../../core/errors.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { QueuePair, ReceivedMessage } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { QueueFunction } from '../consume-queue.ts';
import { messageOf } from '../sqs-messages.ts';
import type { OneAtATime } from './one-at-a-time.ts';

/** Processes that an image may end, each time alone, before its message is buried. */
const MOST_CRASHES = 3;
/** A call that has taken this long begins with no further suspect: one may take two tries of 25 s, of the 120 s of a call. */
const LAST_BEGIN_MILLISECONDS = 55_000;
/** Before a suspect comes back for which a call had no time. */
const SOON_SECONDS = 5;

export interface SuspectsOptions {
  readonly source: QueueName;
  readonly queues: QueuePair;
  readonly attempts: ImageAttempts;
  /** What opens images. It is called with messages that may be opened beside one another, or with one that is alone. */
  readonly consume: QueueFunction;
  /** What this process has in hand, of every queue. */
  readonly hand: OneAtATime;
  readonly log: Log;
  readonly counters: Counters;
}

interface Delivered {
  readonly record: SQSRecord;
  readonly message: ReceivedMessage;
  readonly crashes: number;
  readonly isSuspect: boolean;
}

/**
 * Opens alone what was in hand when a process died: by its memory, its time, or a release. So a file that ends the process,
 * and not just its decoder, costs its neighbours one delivery, and after three deaths that were its own it is buried with the
 * reason.
 *
 * ```
 * delivery 1 ─▶ beside others ── process dies ─▶ delivery 2: no note that delivery 1 ended: suspect
 * others of the batch first, deleted ─▶ suspect alone: crashes + 1 ─ dies ─▶ the note stands
 *                                                      ╰─ any other end ─▶ crashes − 1, or forgotten
 * ```
 */
export function aloneAfterCrash(options: SuspectsOptions): QueueFunction {
  const { source, queues, attempts, consume, hand, log, counters } = options;

  async function find(record: SQSRecord): Promise<Delivered> {
    const message = messageOf(record);
    const nothing = { crashes: 0, isSuspect: false };
    const known = await findAttempts(attempts, message, nothing, { log, what: 'an image' });
    return { record, message, ...known };
  }

  /** What is noted only spares later work: without it an image is looked at once more. */
  async function note(doing: Promise<unknown>): Promise<void> {
    await doing.catch((error: unknown) =>
      log.warn('What befell an image could not be noted', { reason: reasonOf(error) }),
    );
  }

  /** @returns what is to be delivered again */
  async function openBeside(delivered: readonly Delivered[]): Promise<readonly Delivered[]> {
    const response = await hand.beside(() => consume({ Records: delivered.map(({ record }) => record) }));
    const failed = failedOf(delivered, response);
    await Promise.all(failed.map(({ message }) => note(attempts.settle(message))));
    const done = delivered.filter((one) => !failed.includes(one) && one.message.receiveCount > 1);
    await Promise.all(done.map(({ message }) => note(attempts.forget(message))));
    return failed;
  }

  async function bury({ message, crashes }: Delivered): Promise<void> {
    const reason = `It ended what prepares photographs ${crashes} times, each time while nothing else was in hand: look at the memory and the log of preparation, and at the file.`;
    const image = subjectOfMessage(message.body).name;
    log.error(`A message of queue ${source} goes to the dead letters`, { exam: image, reason });
    counters.add('MessageDeadLettered', 1);
    await sendToDeadLetters(queues.deadLetters, source, message, reason);
    await attempts.forget(message);
  }

  /** @returns whether it is to be delivered again */
  async function openAlone(suspect: Delivered): Promise<boolean> {
    const { message, record, crashes } = suspect;
    if (crashes >= MOST_CRASHES) {
      await bury(suspect);
      return false;
    }
    // Uncounted, it could end processes for ever: a fault here has it delivered again.
    await attempts.begin(message);
    const image = subjectOfMessage(message.body).name;
    log.info('A photograph that was in hand when its process died is opened alone', { image, crashes });
    counters.add('SuspectPreparedAlone', 1);
    const { batchItemFailures } = await consume({ Records: [record] });
    const isFailed = batchItemFailures.length > 0;
    await note(isFailed ? attempts.spare(message) : attempts.forget(message));
    return isFailed;
  }

  async function openSuspects(suspects: readonly Delivered[], began: number): Promise<readonly Delivered[]> {
    const again: Delivered[] = [];
    for (const suspect of suspects.toSorted((a, b) => a.crashes - b.crashes)) {
      const hasTime = performance.now() - began < LAST_BEGIN_MILLISECONDS;
      if (!hasTime) await note(queues.queue.extend([suspect.message.receipt], SOON_SECONDS));
      const isOpen = hasTime
        ? await hand
            .alone(() => openAlone(suspect))
            .catch((error: unknown) => {
              log.warn('A photograph could not be opened alone', { reason: reasonOf(error) });
              return true;
            })
        : true;
      if (isOpen) again.push(suspect);
      else await note(queues.queue.delete([suspect.message.receipt]));
    }
    return again;
  }

  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const began = performance.now();
    const delivered = await Promise.all(Records.map(find));
    const suspects = delivered.filter(({ isSuspect }) => isSuspect);
    const others = delivered.filter(({ isSuspect }) => !isSuspect);
    const failed = others.length === 0 ? [] : await openBeside(others);
    if (suspects.length > 0) {
      // What is done must not come back with what may end this process.
      const done = others.filter((one) => !failed.includes(one)).map(({ message }) => message.receipt);
      if (done.length > 0) await note(queues.queue.delete(done));
    }
    const again = [...failed, ...(await openSuspects(suspects, began))];
    return { batchItemFailures: again.map(({ message }) => ({ itemIdentifier: message.id })) };
  };
}

function failedOf(
  delivered: readonly Delivered[],
  { batchItemFailures }: SQSBatchResponse,
): readonly Delivered[] {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return delivered.filter(({ message }) => failed.has(message.id));
}
