import { setTimeout as delay } from 'node:timers/promises';
import { Attempts, NOTHING_BEFELL } from '../../core/attempts/attempts.ts';
import { findAttempts } from '../../core/attempts/find-attempts.ts';
import { reasonOf } from '../../core/errors.ts';
import type { ScreeningQueue } from '../../core/messages/queues.ts';
import type { Home, ReceivedMessage } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import { InferenceCrashError } from '../../screening/errors.ts';
import { CoalescedCall } from '../../screening/settlement/coalesced-call.ts';
import { Settlement } from '../../screening/settlement/settle-message.ts';
import { byCrashes } from '../../screening/settlement/suspects.ts';
import type { LaneScreening, LaneWork } from './lane-screening.ts';
import { OverdueError } from './overdue-error.ts';

export interface ScreenBatchOptions {
  readonly home: Home;
  readonly screening: Pick<LaneScreening, 'work' | 'discard'>;
  readonly log: Log;
  readonly counters: Counters;
}

/** Requests of one call. */
export interface ScreeningCall {
  readonly source: ScreeningQueue;
  readonly messages: readonly ReceivedMessage[];
  /** By then every message must be settled. */
  readonly milliseconds: number;
}

/** Of a call's time, what settling is left: notes in the store, calls to the queue. */
const SETTLING_MILLISECONDS = 10_000;
/** Until requests whose model could not be loaded are tried again. */
const NOT_LOADED_SECONDS = 30;
const COALESCE_MILLISECONDS = 5;

/**
 * Makes what screens the requests of one call, as a worker does those of its queue: side by side; those that were in hand
 * when a container died alone, after all others, three times at most. Each message is settled and removed as soon as its exam
 * is done, so that the death of the container costs the others nothing.
 *
 * ```
 * call ─▶ no suspects, side by side ─▶ suspects, each alone ─▶ answer
 *   ╰──────────── 10 s before the call would be ended ───▶ begun: counted as a fault of its own, tried again later
 *                                                          suspects that were not begun: back to the queue at once
 * ```
 *
 * @returns what calls it; its answer are the ids of messages that come again
 */
export function createScreenBatch(
  options: ScreenBatchOptions,
): (call: ScreeningCall) => Promise<readonly string[]> {
  const { home, screening, log, counters } = options;
  const attempts = new Attempts(home.objects);

  /** @param patience milliseconds within which the model must be loaded */
  async function workOf({ source, messages }: ScreeningCall, patience: number): Promise<LaneWork> {
    const loaded = new AbortController();
    const overdue = delay(patience, undefined, { signal: loaded.signal }).then(() => {
      throw new OverdueError(patience);
    });
    overdue.catch(() => undefined);
    try {
      return await Promise.race([screening.work(), overdue]);
    } catch (error) {
      log.error('The model of the live lane could not be loaded', { reason: reasonOf(error) });
      const receipts = messages.map(({ receipt }) => receipt);
      await home.queues[source].queue.extend(receipts, NOT_LOADED_SECONDS);
      throw error;
    } finally {
      loaded.abort();
    }
  }

  return async (call) => {
    const { source, messages, milliseconds } = call;
    const began = performance.now();
    const patience = () => Math.max(0, milliseconds - SETTLING_MILLISECONDS - (performance.now() - began));
    const work = await workOf(call, patience());
    const { queue } = home.queues[source];
    const removal = new CoalescedCall<string>(10, COALESCE_MILLISECONDS, (receipts) =>
      queue.delete(receipts),
    );
    const removed = new Set<string>();
    const settlement = new Settlement({
      source,
      queues: home.queues[source],
      attempts,
      remove: async (receipt) => {
        await removal.add(receipt);
        removed.add(receipt);
      },
      log,
      counters,
    });
    let isSpent = false;
    const overdue = Promise.withResolvers<never>();
    overdue.promise.catch(() => undefined);
    const left = patience();
    const timer = setTimeout(() => {
      isSpent = true;
      work.stop();
      overdue.reject(new OverdueError(left));
    }, left);
    const screen = (body: string) => async () => {
      try {
        await Promise.race([work.screen(body), overdue.promise]);
      } catch (error) {
        if (error instanceof InferenceCrashError) isSpent = true;
        throw error;
      }
    };
    // What could not be settled comes again when its time on loan is over.
    const unsettled = (messageId: string) => (error: unknown) =>
      log.error('A message could not be settled', { messageId, reason: reasonOf(error) });
    try {
      const known = await Promise.all(
        messages.map((message) =>
          findAttempts(attempts, message, NOTHING_BEFELL, { log, what: 'a message' }),
        ),
      );
      const all = messages.map((message, index) => ({ message, known: known[index] }));
      const suspects = all.flatMap(({ message, known }) =>
        known?.isSuspect === true ? [{ message, known }] : [],
      );
      const others = all.filter(({ known }) => known?.isSuspect !== true);
      await Promise.all(
        others.map(({ message }) =>
          settlement.handle(message, screen(message.body)).catch(unsettled(message.id)),
        ),
      );
      work.hurry(true);
      for (const { message, known } of suspects.toSorted(byCrashes)) {
        // Not begun, it is handed back as it is.
        const settling = isSpent
          ? queue.release([message.receipt])
          : settlement.handleAlone(message, known, screen(message.body));
        await Promise.resolve(settling).catch(unsettled(message.id));
      }
      work.hurry(false);
    } finally {
      clearTimeout(timer);
      if (isSpent) await screening.discard();
    }
    return messages.filter(({ receipt }) => !removed.has(receipt)).map(({ id }) => id);
  };
}
