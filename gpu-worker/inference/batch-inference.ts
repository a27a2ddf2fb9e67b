import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
import { type ExamFeatures, featuresOfRow } from '../../core/exams/exam-features.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import type { BatchedExam, FeatureStore } from '../../core/ports/index.ts';
import { type Batchable, Batcher } from '../batch/batcher.ts';
import type { StageRates } from '../metrics/stage-rates.ts';
import type { Detection, ExamPlaces } from './inference-messages.ts';
import type { InferenceThread } from './inference-thread.ts';

/** An exam's place in the features, the features themselves, and what the detector saw. */
export interface InferredExam {
  readonly features: ExamFeatures;
  /** What the detector sees of each eye; `null` for an absent eye, and where the bundle has no detector. */
  readonly detections: { readonly left: Detection | null; readonly right: Detection | null };
  readonly reference: FeaturesReference;
}

export interface ExamPixels {
  readonly exam: ExamKey;
  readonly requestId: string;
  readonly left: Uint8Array | null;
  readonly right: Uint8Array | null;
}

interface WaitingExam extends ExamPixels, Batchable {
  readonly settle: PromiseWithResolvers<InferredExam>;
}

/** Which eyes the model is given. */
function eyesOf({ left, right }: ExamPixels): BatchedExam['eyes'] {
  return { left: left !== null, right: right !== null };
}

export interface BatchInferenceOptions {
  readonly thread: Pick<InferenceThread, 'takeBuffer' | 'infer'>;
  readonly store: Pick<FeatureStore, 'put'>;
  readonly rates: StageRates;
  readonly model: string;
  readonly preprocessing: string;
  readonly precision: FeaturesPrecision;
  readonly batchSize: number;
  readonly batchAgeMilliseconds: number;
}

/** Forms batches of exams, infers them and stores their features: one shard for each batch. */
export class BatchInference {
  readonly #options: BatchInferenceOptions;
  readonly #batcher: Batcher<WaitingExam>;
  /** Batches that the model has not answered. */
  #inModel = 0;
  #isHurried = false;

  constructor(options: BatchInferenceOptions) {
    this.#options = options;
    this.#batcher = new Batcher({
      size: options.batchSize,
      ageMilliseconds: options.batchAgeMilliseconds,
      isBusy: () => this.#inModel > 0,
      onBatch: (exams) => {
        this.#run(exams).catch((error: unknown) => {
          for (const { settle } of exams) settle.reject(error);
        });
      },
    });
  }

  /** Infers one exam, in a batch with others. At least one eye must be given. */
  infer(pixels: ExamPixels): Promise<InferredExam> {
    const settle = Promise.withResolvers<InferredExam>();
    const places = (pixels.left === null ? 0 : 1) + (pixels.right === null ? 0 : 1);
    this.#batcher.add({ ...pixels, places, settle });
    if (this.#isHurried) this.flush();
    return settle.promise;
  }

  /** Whether each exam leaves at once: where there is one alone, no other would join it. */
  hurry(isHurried: boolean): void {
    this.#isHurried = isHurried;
    if (isHurried) this.flush();
  }

  /** Sends off what waits for a full batch. */
  flush(): void {
    this.#batcher.flush();
  }

  async #run(exams: readonly WaitingExam[]): Promise<void> {
    const { thread, store, rates, model, preprocessing, precision, batchSize } = this.#options;
    const buffer = thread.takeBuffer();
    let next = 0;
    const place = (pixels: Uint8Array | null): number | null => {
      if (pixels === null) return null;
      buffer.set(pixels, next * pixels.length);
      next += 1;
      return next - 1;
    };
    const places: ExamPlaces[] = exams.map(({ left, right }) => ({ left: place(left), right: place(right) }));
    rates.recordBatch(next, batchSize);
    this.#inModel += 1;
    const {
      features: matrices,
      detections,
      milliseconds,
    } = await thread.infer(buffer, places).finally(() => {
      this.#inModel -= 1;
      if (this.#inModel === 0) this.#batcher.free();
    });
    rates.record('inference', next, milliseconds);
    const batched = exams.map((one) => ({ exam: one.exam, requestId: one.requestId, eyes: eyesOf(one) }));
    const batch = { model, preprocessing, precision, exams: batched, matrices };
    const references = await rates.time('publish', next, () => store.put(batch));
    const embedding = matrices.patient.length / exams.length;
    const detection = (place: number | null | undefined) =>
      place === null || place === undefined ? null : (detections?.[place] ?? null);
    references.forEach((reference, row) => {
      const exam = exams[row];
      if (exam === undefined) return;
      exam.settle.resolve({
        features: featuresOfRow(matrices, embedding, row, eyesOf(exam)),
        detections: { left: detection(places[row]?.left), right: detection(places[row]?.right) },
        reference,
      });
    });
  }
}
