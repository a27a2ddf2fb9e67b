import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { ActiveModel } from '../core/activation/active-model.ts';
import type { FeaturesPrecision } from '../core/activation/precisions.ts';
import { Attempts } from '../core/attempts/attempts.ts';
import { reasonOf } from '../core/errors.ts';
import type { RuntimeDescription } from '../core/exams/screening-output.ts';
import type { Head } from '../core/heads/head.ts';
import type { ScreeningResult } from '../core/messages/screening-result.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import { headSource } from './exam/head-source.ts';
import { createScreenExam } from './exam/screen-exam.ts';
import { BatchInference } from './inference/batch-inference.ts';
import type { InferenceThread } from './inference/inference-thread.ts';
import { StageRates } from './metrics/stage-rates.ts';
import { CoalescedCall } from './queue/coalesced-call.ts';
import { Heartbeat } from './queue/heartbeat.ts';
import { Receiver } from './queue/receiver.ts';
import { Settlement } from './queue/settle-message.ts';

export interface WorkerOptions {
  readonly home: Home;
  readonly model: ActiveModel;
  readonly heads: readonly Head[];
  /** Side of the model's square, in pixels. */
  readonly imageSize: number;
  readonly thread: InferenceThread;
  /** Pictures of every batch. */
  readonly batchSize: number;
  readonly batchAgeMilliseconds: number;
  readonly visibilitySeconds: number;
  readonly runtime: RuntimeDescription;
  /** What features are computed in. */
  readonly precision: FeaturesPrecision;
  /** `false` where a precision was forced that the bundle does not offer: any head is read then, and results are flagged. */
  readonly isPrecisionVerified: boolean;
  readonly log: Log;
  readonly counters: Counters;
  readonly onOtherModel?: () => void;
  /** Told of each exam that is done: this worker is well. */
  readonly onWorked?: () => void;
}

/** Batches of exams in hand: one in the model, one waiting for it, one being read. */
const BATCHES_IN_HAND = 3;
const COALESCE_MILLISECONDS = 5;
/** Images that are read side by side. */
const READS_AT_ONCE = 64;

/**
 * Screens exams from the screening queue until it is stopped. Receiving, reading, inference and
 * publishing overlap, each with a bound, so memory stays flat however long the queue is.
 */
export class Worker {
  readonly rates = new StageRates();
  readonly #options: WorkerOptions;
  readonly #stopping = new AbortController();
  readonly #inference: BatchInference;
  readonly #heartbeat: Heartbeat;
  readonly #receiver: Receiver;
  /** Exams that it works on at once. */
  readonly inHand: number;
  readonly #screenExam: (body: string) => Promise<void>;
  /** Exams that {@link screen} works on. */
  readonly #screening = new Set<Promise<void>>();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { home, log, counters, model, batchSize, visibilitySeconds } = options;
    const { queue } = home.queues.screening;
    this.#inference = new BatchInference({
      thread: options.thread,
      store: home.features,
      rates: this.rates,
      model: model.model,
      preprocessing: model.preprocessing,
      precision: options.precision,
      batchSize,
      batchAgeMilliseconds: options.batchAgeMilliseconds,
    });
    this.#heartbeat = new Heartbeat(queue, visibilitySeconds, log);
    const removal = new CoalescedCall<string>(10, COALESCE_MILLISECONDS, (receipts) =>
      queue.delete(receipts),
    );
    const attempts = new Attempts(home.objects);
    const settlement = new Settlement({
      screening: home.queues.screening,
      attempts,
      remove: (receipt) => removal.add(receipt),
      log,
      counters,
    });
    this.#screenExam = this.#createScreenExam();
    // The message stays on loan until its time is over, and is delivered again.
    const unsettled = (messageId: string) => (error: unknown) =>
      log.error('A message could not be settled', {
        messageId,
        reason: reasonOf(error),
      });
    this.inHand = BATCHES_IN_HAND * Math.max(batchSize, 4);
    this.#receiver = new Receiver({
      queue,
      heartbeat: this.#heartbeat,
      attempts,
      visibilitySeconds,
      prefetch: this.inHand,
      handle: (message) =>
        settlement.handle(message, () => this.#screenOnce(message.body)).catch(unsettled(message.id)),
      handleAlone: async (message, known) => {
        this.#inference.hurry(true);
        await settlement
          .handleAlone(message, known, () => this.#screenOnce(message.body))
          .catch(unsettled(message.id));
        this.#inference.hurry(false);
      },
      log,
    });
  }

  /** Messages that it has on loan now. */
  get onLoan(): number {
    return this.#heartbeat.size;
  }

  /** Rejects if the model's thread ends by itself. */
  get crashed(): Promise<never> {
    return this.#options.thread.crashed;
  }

  /** Screens the exam of one request, wherever it came from, and publishes its result. */
  screen(body: string): Promise<void> {
    const screening = this.#screenExam(body).finally(() => this.#screening.delete(screening));
    this.#screening.add(screening);
    return screening;
  }

  /** Works until {@link stop} is called. @throws InferenceCrashError if the model's thread ends by itself */
  async run(): Promise<void> {
    await Promise.race([this.#receiver.run(), this.#options.thread.crashed]);
  }

  /**
   * Receives nothing more, finishes what is being screened and hands the rest back.
   *
   * @param milliseconds after which what is unfinished is handed back as well
   */
  async stop(milliseconds: number): Promise<void> {
    this.#stopping.abort();
    this.#receiver.stop();
    this.#inference.flush();
    await this.#receiver.received();
    const deadline = new AbortController();
    await Promise.race([
      Promise.all([this.#receiver.drained(), Promise.allSettled(this.#screening)]),
      delay(milliseconds, undefined, { signal: deadline.signal }).catch(() => undefined),
    ]);
    deadline.abort();
    await this.#heartbeat.stop();
    const left = this.#heartbeat.held();
    if (left.length > 0) await this.#options.home.queues.screening.queue.release(left);
    this.#options.log.info('The worker has stopped', { handedBack: left.length });
  }

  async #screenOnce(body: string): Promise<void> {
    await this.#screenExam(body);
    this.#options.onWorked?.();
  }

  #createScreenExam(): (body: string) => Promise<void> {
    const { precision, isPrecisionVerified } = this.#options;
    const { home, model, heads, imageSize, runtime, counters, log, onOtherModel } = this.#options;
    const results = new CoalescedCall<ScreeningResult>(10, COALESCE_MILLISECONDS, (sent) =>
      home.queues.results.queue.send(
        sent.map((result) => ({ body: JSON.stringify(result), group: result.exam.program })),
      ),
    );
    return createScreenExam({
      home,
      readOut: { model, runtime, isPrecisionVerified },
      reading: {
        store: home.prepared,
        imageSize,
        rates: this.rates,
        images: pLimit(READS_AT_ONCE),
        log,
        counters,
      },
      inference: this.#inference,
      headsOf: headSource(home.objects, model.model, heads, isPrecisionVerified ? precision : undefined),
      publish: (result) => results.add(result),
      counters,
      log,
      onOtherModel: onOtherModel ?? (() => undefined),
      stopping: this.#stopping.signal,
    });
  }
}
