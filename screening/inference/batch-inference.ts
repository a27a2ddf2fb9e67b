import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
import {
  type ExamFeatures,
  type FeatureMatrices,
  featuresOfRow,
  type ImageFeatures,
} from '../../core/exams/exam-features.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import type { BatchedExam, FeatureStore } from '../../core/ports/index.ts';
import { type Batchable, Batcher } from '../batch/batcher.ts';
import { splitImages } from '../batch/split-images.ts';
import type { StageRates } from '../metrics/stage-rates.ts';
import { type ImagePixels, type ReadImages, readImages } from './exam-images.ts';
import type { ExamPlaces } from './inference-messages.ts';
import type { InferenceThread } from './inference-thread.ts';

/** An exam's place in the features, and the features themselves. */
export interface InferredExam {
  /** With every image that was read: of each eye the primary one first. */
  readonly features: ExamFeatures;
  readonly reference: FeaturesReference;
}

type FeaturesOfImages = ExamFeatures & Required<Pick<ExamFeatures, 'images'>>;

/** The gradable images of an exam. */
export interface ExamPixels {
  readonly exam: ExamKey;
  readonly requestId: string;
  /** In any order. Of each eye that has some, exactly one is primary. */
  readonly images: readonly ImagePixels[];
}

interface WaitingExam extends Batchable {
  readonly kind: 'exam';
  readonly exam: ExamKey;
  readonly requestId: string;
  readonly images: ReadImages;
  /** Images that an earlier batch has read. */
  readonly known: readonly ImageFeatures[];
  readonly settle: PromiseWithResolvers<InferredExam>;
}

/** Images of an exam that has more of them than a batch has places. */
interface WaitingImages extends Batchable {
  readonly kind: 'images';
  readonly images: Pick<ReadImages, 'others'>;
  readonly settle: PromiseWithResolvers<readonly ImageFeatures[]>;
}

type Waiting = WaitingExam | WaitingImages;

/** Which eyes the model is given. */
function eyesOf({ left, right }: ReadImages): BatchedExam['eyes'] {
  return { left: left !== null, right: right !== null };
}

function countOf({ left, right }: ReadImages): number {
  return (left === null ? 0 : 1) + (right === null ? 0 : 1);
}

/** What is known of an image besides its pixels. */
function withVisual({ image, laterality, field }: ImagePixels, visual: Float32Array): ImageFeatures {
  return { image, laterality, field, visual };
}

/** One exam's features with every image: of each eye the primary one, then the others in their order. */
function withImages(
  features: ExamFeatures,
  primaries: ReadImages,
  others: readonly ImageFeatures[],
): FeaturesOfImages {
  const images = LATERALITIES.flatMap((eye) => {
    const [primary, read] = [primaries[eye], features[eye]];
    if (primary === null || read === null) return [];
    return [withVisual(primary, read.visual), ...others.filter(({ laterality }) => laterality === eye)];
  });
  return { ...features, images };
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
  readonly #batcher: Batcher<Waiting>;
  /** Batches that the model has not answered. */
  #inModel = 0;
  #isHurried = false;

  constructor(options: BatchInferenceOptions) {
    this.#options = options;
    this.#batcher = new Batcher({
      size: options.batchSize,
      ageMilliseconds: options.batchAgeMilliseconds,
      isBusy: () => this.#inModel > 0,
      onBatch: (items) => {
        this.#run(items).catch((error: unknown) => {
          for (const { settle } of items) settle.reject(error);
        });
      },
    });
  }

  /**
   * Infers one exam, in a batch with others. At least one eye must be given. An exam that has more images than a batch has
   * places takes several batches, and its features are stored with the last of them.
   *
   * @throws ScreeningError if an eye does not have exactly one primary image
   */
  async infer({ exam, requestId, images }: ExamPixels): Promise<InferredExam> {
    const read = readImages(exam, images);
    const primaries = countOf(read);
    const { before, beside } = splitImages(read.others, primaries, this.#options.batchSize);
    // Not waited for without need: the exam is to be in the batch by the time that the caller lets it leave.
    const known =
      before.length === 0 ? [] : (await Promise.all(before.map((part) => this.#see(part)))).flat();
    const settle = Promise.withResolvers<InferredExam>();
    const own = { ...read, others: beside };
    const places = primaries + beside.length;
    this.#add({ kind: 'exam', exam, requestId, images: own, known, places, settle });
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

  #add(item: Waiting): void {
    this.#batcher.add(item);
    if (this.#isHurried) this.flush();
  }

  #see(others: readonly ImagePixels[]): Promise<readonly ImageFeatures[]> {
    const settle = Promise.withResolvers<readonly ImageFeatures[]>();
    this.#add({ kind: 'images', images: { others }, places: others.length, settle });
    return settle.promise;
  }

  async #run(items: readonly Waiting[]): Promise<void> {
    const { thread, rates, batchSize } = this.#options;
    const exams = items.filter((item) => item.kind === 'exam');
    const buffer = thread.takeBuffer();
    let next = 0;
    const place = (image: ImagePixels): number => {
      buffer.set(image.pixels, next * image.pixels.length);
      next += 1;
      return next - 1;
    };
    const places: ExamPlaces[] = exams.map(({ images: { left, right } }) => ({
      left: left && place(left),
      right: right && place(right),
    }));
    const others = items.flatMap(({ images }) => images.others);
    const otherPlaces = others.map(place);
    rates.recordBatch(next, batchSize);
    this.#inModel += 1;
    const { features, visuals, milliseconds } = await thread
      .infer(buffer, places, otherPlaces)
      .finally(() => {
        this.#inModel -= 1;
        if (this.#inModel === 0) this.#batcher.free();
      });
    rates.record('inference', next, milliseconds);
    const embedding = visuals.length / others.length;
    const seen = new Map(
      others.map((image, row) => [
        image,
        withVisual(image, visuals.subarray(row * embedding, (row + 1) * embedding)),
      ]),
    );
    const seenOf = ({ images }: Waiting) => images.others.flatMap((image) => seen.get(image) ?? []);
    for (const item of items) if (item.kind === 'images') item.settle.resolve(seenOf(item));
    if (exams.length === 0) return;
    const inferred = exams.map((exam, row) => ({
      exam,
      features: featuresOfExam(exam, features, row, exams.length, seenOf(exam)),
    }));
    const references = await rates.time('publish', next, () => this.#store(inferred, features));
    inferred.forEach(({ exam, ...rest }, row) => {
      const reference = references[row];
      if (reference !== undefined) exam.settle.resolve({ ...rest, reference });
    });
  }

  #store(
    inferred: readonly { readonly exam: WaitingExam; readonly features: FeaturesOfImages }[],
    matrices: FeatureMatrices,
  ): Promise<readonly FeaturesReference[]> {
    const { store, model, preprocessing, precision } = this.#options;
    const exams = inferred.map(({ exam: { exam, requestId, images }, features }): BatchedExam => {
      const batched = { exam, requestId, eyes: eyesOf(images) };
      return features.images.length > countOf(images) ? { ...batched, images: features.images } : batched;
    });
    return store.put({ model, preprocessing, precision, exams, matrices });
  }
}

function featuresOfExam(
  { images, known }: WaitingExam,
  matrices: FeatureMatrices,
  row: number,
  rows: number,
  seen: readonly ImageFeatures[],
): FeaturesOfImages {
  const embedding = matrices.patient.length / rows;
  return withImages(featuresOfRow(matrices, embedding, row, eyesOf(images)), images, [...seen, ...known]);
}
