import { setTimeout as delay } from 'node:timers/promises';
import { Attempts } from '../core/attempts/attempts.ts';
import { reasonOf } from '../core/errors.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import type { StageRates } from '../screening/metrics/stage-rates.ts';
import type { Screener } from '../screening/screener.ts';
import { CoalescedCall } from '../screening/settlement/coalesced-call.ts';
import { Settlement } from '../screening/settlement/settle-message.ts';
import { Heartbeat } from './queue/heartbeat.ts';
import { Receiver } from './queue/receiver.ts';

export interface WorkerOptions {
  readonly home: Pick<Home, 'queues' | 'objects'>;
  readonly screener: Screener;
  readonly visibilitySeconds: number;
  readonly log: Log;
  readonly counters: Counters;
  /** Told of each exam that is done: this worker is well. */
  readonly onWorked?: () => void;
}

/** Batches of exams in hand: one in the model, one waiting for it, one being read. */
const BATCHES_IN_HAND = 3;
const COALESCE_MILLISECONDS = 5;

/**
 * Takes requests from the screening queue until it is stopped, and has them screened. Receiving, screening and settling
 * overlap, with a bound, so memory stays flat however long the queue is.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #heartbeat: Heartbeat;
  readonly #receiver: Receiver;
  /** Exams that it works on at once. */
  readonly inHand: number;

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { home, screener, log, counters, visibilitySeconds } = options;
    const { queue } = home.queues.screening;
    this.#heartbeat = new Heartbeat(queue, visibilitySeconds, log);
    const removal = new CoalescedCall<string>(10, COALESCE_MILLISECONDS, (receipts) =>
      queue.delete(receipts),
    );
    const attempts = new Attempts(home.objects);
    const settlement = new Settlement({
      source: 'screening',
      queues: home.queues.screening,
      attempts,
      remove: (receipt) => removal.add(receipt),
      log,
      counters,
    });
    // The message stays on loan until its time is over, and is delivered again.
    const unsettled = (messageId: string) => (error: unknown) =>
      log.error('A message could not be settled', {
        messageId,
        reason: reasonOf(error),
      });
    this.inHand = BATCHES_IN_HAND * Math.max(screener.batchSize, 4);
    this.#receiver = new Receiver({
      queue,
      heartbeat: this.#heartbeat,
      attempts,
      visibilitySeconds,
      prefetch: this.inHand,
      handle: async (message) => {
        await settlement.handle(message, () => this.#screenOnce(message.body)).catch(unsettled(message.id));
      },
      handleAlone: async (message, known) => {
        screener.hurry(true);
        await settlement
          .handleAlone(message, known, () => this.#screenOnce(message.body))
          .catch(unsettled(message.id));
        screener.hurry(false);
      },
      log,
    });
  }

  /** Messages that it has on loan now. */
  get onLoan(): number {
    return this.#heartbeat.size;
  }

  /** Images and time of each stage since they were last taken. */
  get rates(): StageRates {
    return this.#options.screener.rates;
  }

  /** Rejects if the model's thread ends by itself. */
  get crashed(): Promise<never> {
    return this.#options.screener.crashed;
  }

  /** Screens the exam of one request, wherever it came from, and publishes its result. */
  screen(body: string): Promise<void> {
    return this.#options.screener.screen(body);
  }

  /** Works until {@link stop} is called. @throws InferenceCrashError if the model's thread ends by itself */
  async run(): Promise<void> {
    await Promise.race([this.#receiver.run(), this.crashed]);
  }

  /**
   * Receives nothing more, finishes what is being screened and hands the rest back.
   *
   * @param milliseconds after which what is unfinished is handed back as well
   */
  async stop(milliseconds: number): Promise<void> {
    const { screener, home, log } = this.#options;
    this.#receiver.stop();
    screener.stop();
    await this.#receiver.received();
    const deadline = new AbortController();
    await Promise.race([
      Promise.all([this.#receiver.drained(), screener.drained()]),
      delay(milliseconds, undefined, { signal: deadline.signal }).catch(() => undefined),
    ]);
    deadline.abort();
    await this.#heartbeat.stop();
    const left = this.#heartbeat.held();
    if (left.length > 0) await home.queues.screening.queue.release(left);
    log.info('The worker has stopped', { handedBack: left.length });
  }

  async #screenOnce(body: string): Promise<void> {
    await this.screen(body);
    this.#options.onWorked?.();
  }
}
