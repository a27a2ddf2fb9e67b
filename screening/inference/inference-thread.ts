import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { reasonOf } from '../../core/errors.ts';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { EvidenceGrid } from '../../model/evidence/grid.ts';
import { InferenceCrashError, ScreeningError } from '../errors.ts';
import type {
  ExamPlaces,
  ExplainedSum,
  ExplainRequest,
  InferenceAnswer,
  InferenceRequest,
  InferenceSettings,
} from './inference-messages.ts';
import { STOP } from './inference-messages.ts';

/** Features of a batch, and how long the model took. */
export interface InferredBatch {
  readonly features: FeatureMatrices;
  /** `visual` of the further images, in their order: float32 [others, embedding]. */
  readonly visuals: Float32Array;
  readonly milliseconds: number;
}

type Waiting = PromiseWithResolvers<InferredBatch>;
type WaitingEvidence = PromiseWithResolvers<readonly EvidenceGrid[]>;

/** The thread that runs the model, and the buffers that travel to it. */
export class InferenceThread {
  readonly #thread: Worker;
  readonly #bytes: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #explaining = new Map<number, WaitingEvidence>();
  readonly #buffers: Uint8Array<ArrayBuffer>[] = [];
  readonly #ready = Promise.withResolvers<void>();
  readonly #crashed = Promise.withResolvers<never>();
  #batchMilliseconds = 0;
  #next = 0;
  #stopping = false;

  private constructor(settings: InferenceSettings, imageSize: number) {
    this.#bytes = settings.batchSize * imageSize * imageSize * 3;
    this.#thread = new Worker(new URL('./thread-main.ts', import.meta.url), { workerData: settings });
    this.#thread.on('message', (answer: InferenceAnswer) => this.#receive(answer));
    this.#thread.on('error', (error) => this.#crash(reasonOf(error)));
    this.#thread.on('exit', (code) => this.#crash(`it ended with code ${code}`));
    this.#crashed.promise.catch(() => undefined);
  }

  /**
   * Starts the thread and loads the model.
   *
   * @throws InferenceCrashError if the model does not load
   */
  static async start(settings: InferenceSettings, imageSize: number): Promise<InferenceThread> {
    const thread = new InferenceThread(settings, imageSize);
    await thread.#ready.promise;
    return thread;
  }

  /** Rejects when the thread has ended by itself. */
  get crashed(): Promise<never> {
    return this.#crashed.promise;
  }

  /** How long the model takes for a whole batch. */
  get batchMilliseconds(): number {
    return this.#batchMilliseconds;
  }

  /** A buffer for a batch's pictures: uint8 [batch, size, size, 3]. Its former content may still be in it. */
  takeBuffer(): Uint8Array<ArrayBuffer> {
    return this.#buffers.pop() ?? new Uint8Array(this.#bytes);
  }

  /**
   * Infers a batch. The buffer must not be used afterwards.
   *
   * @param others places of further images than the exams' primary ones
   */
  infer(
    pixels: Uint8Array<ArrayBuffer>,
    exams: readonly ExamPlaces[],
    others: readonly number[] = [],
  ): Promise<InferredBatch> {
    const request: InferenceRequest = { id: this.#next, pixels, exams, others };
    this.#next += 1;
    const waiting: Waiting = Promise.withResolvers();
    this.#waiting.set(request.id, waiting);
    this.#thread.postMessage(request, [pixels.buffer]);
    return waiting.promise;
  }

  /**
   * What of an image speaks for sums of its features: one grid for each. It takes its turn among the batches.
   *
   * @param pixels uint8 [size, size, 3]
   */
  explain(pixels: Uint8Array, sums: readonly ExplainedSum[]): Promise<readonly EvidenceGrid[]> {
    const request: ExplainRequest = { id: this.#next, explained: pixels, sums };
    this.#next += 1;
    const waiting: WaitingEvidence = Promise.withResolvers();
    this.#explaining.set(request.id, waiting);
    this.#thread.postMessage(request);
    return waiting.promise;
  }

  /**
   * Ends the thread after the batch that it is at. A thread that is terminated while ONNX Runtime works ends the whole
   * process: its answer finds no JavaScript to go to.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    const exited = once(this.#thread, 'exit');
    if (this.#thread.threadId === -1) return;
    this.#thread.postMessage(STOP);
    await exited;
  }

  #receive(answer: InferenceAnswer): void {
    if (answer.kind === 'ready') {
      this.#batchMilliseconds = answer.batchMilliseconds;
      this.#ready.resolve();
      return;
    }
    if (answer.id === null) return;
    const explaining = this.#explaining.get(answer.id);
    this.#explaining.delete(answer.id);
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.kind === 'evidence') {
      explaining?.resolve(answer.grids);
      return;
    }
    if (answer.kind === 'failed') {
      waiting?.reject(new ScreeningError(`Inference failed: ${answer.reason}`));
      explaining?.reject(new ScreeningError(`The evidence could not be computed: ${answer.reason}`));
      return;
    }
    this.#buffers.push(answer.pixels);
    const { features, visuals, milliseconds } = answer;
    waiting?.resolve({ features, visuals, milliseconds });
  }

  #crash(reason: string): void {
    const error = new InferenceCrashError(`The inference thread has ended: ${reason}`);
    if (!this.#stopping) this.#crashed.reject(error);
    this.#ready.reject(error);
    for (const waiting of [...this.#waiting.values(), ...this.#explaining.values()]) waiting.reject(error);
    this.#waiting.clear();
    this.#explaining.clear();
  }
}
