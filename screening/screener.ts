import pLimit from 'p-limit';
import type { ActiveModel } from '../core/activation/active-model.ts';
import type { FeaturesPrecision } from '../core/activation/precisions.ts';
import type { RuntimeDescription } from '../core/exams/screening-output.ts';
import { FeatureDistance, type StoredDistance } from '../core/features/feature-distance.ts';
import type { Head } from '../core/heads/head.ts';
import type { ScreeningResult } from '../core/messages/screening-result.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import type { EvidenceChecks } from '../model/bundle/evidence-checks.ts';
import { createMakeEvidenceMaps } from './evidence/make-evidence-maps.ts';
import { headSource } from './exam/head-source.ts';
import { createScreenExam } from './exam/screen-exam.ts';
import { BatchInference } from './inference/batch-inference.ts';
import type { InferenceThread } from './inference/inference-thread.ts';
import { StageRates } from './metrics/stage-rates.ts';
import { CoalescedCall } from './settlement/coalesced-call.ts';

export interface ScreenerOptions {
  readonly home: Home;
  readonly model: ActiveModel;
  readonly heads: readonly Head[];
  /** Side of the model's square, in pixels. */
  readonly imageSize: number;
  readonly thread: InferenceThread;
  /** Pictures of every batch. */
  readonly batchSize: number;
  readonly batchAgeMilliseconds: number;
  readonly runtime: RuntimeDescription;
  /** What features are computed in. */
  readonly precision: FeaturesPrecision;
  /** `false` where a precision was forced that the bundle does not offer: any head is read then, and results are flagged. */
  readonly isPrecisionVerified: boolean;
  /** How evidence maps were judged; left out of a bundle whose maps were not. */
  readonly evidence?: EvidenceChecks | undefined;
  /** How far features lie from those of training; left out of a bundle that does not say it. */
  readonly distance?: StoredDistance | undefined;
  readonly log: Log;
  readonly counters: Counters;
  readonly onOtherModel?: () => void;
}

const COALESCE_MILLISECONDS = 5;
/** Images that are read side by side. */
const READS_AT_ONCE = 64;

/**
 * Screens exams with one loaded model, wherever their requests come from: a worker's queue, a job, a call of the live
 * lane's function. Reading, inference and publishing of several exams overlap, each with a bound.
 */
export class Screener {
  readonly rates = new StageRates();
  readonly model: ActiveModel;
  /** Pictures of every batch. */
  readonly batchSize: number;
  readonly #options: ScreenerOptions;
  readonly #stopping = new AbortController();
  readonly #inference: BatchInference;
  readonly #screenExam: (body: string) => Promise<void>;
  readonly #screening = new Set<Promise<void>>();

  constructor(options: ScreenerOptions) {
    this.#options = options;
    const { home, model, batchSize } = options;
    this.model = model;
    this.batchSize = batchSize;
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
    this.#screenExam = this.#createScreenExam();
  }

  /** Rejects if the model's thread ends by itself. */
  get crashed(): Promise<never> {
    return this.#options.thread.crashed;
  }

  /**
   * Screens the exam of one request and publishes its result.
   *
   * @throws InvalidInputError if the message is none; StoppingError if it was not begun before {@link stop};
   * InferenceCrashError if the model's thread ends by itself; what the ports throw
   */
  screen(body: string): Promise<void> {
    const screening = this.#screenExam(body).finally(() => this.#screening.delete(screening));
    this.#screening.add(screening);
    return screening;
  }

  /** Whether each exam leaves at once: where there is one alone, no other would join it. */
  hurry(isHurried: boolean): void {
    this.#inference.hurry(isHurried);
  }

  /** Begins no further exam, and lets those that are begun wait for no other. */
  stop(): void {
    this.#stopping.abort();
    this.#inference.flush();
  }

  /** Resolves when no exam is being screened. */
  async drained(): Promise<void> {
    await Promise.allSettled(this.#screening);
  }

  #createScreenExam(): (body: string) => Promise<void> {
    const { precision, isPrecisionVerified } = this.#options;
    const { home, model, heads, imageSize, runtime, counters, log, onOtherModel } = this.#options;
    const { thread, evidence, distance } = this.#options;
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
      evidence,
      ...(distance === undefined ? {} : { distance: new FeatureDistance(distance) }),
      explain: createMakeEvidenceMaps({
        ...{ thread, store: home.prepared, model: model.model, counters, log },
      }),
      publish: (result) => results.add(result),
      counters,
      log,
      onOtherModel: onOtherModel ?? (() => undefined),
      stopping: this.#stopping.signal,
    });
  }
}
