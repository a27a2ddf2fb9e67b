import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { Precision } from '../../model/onnx/layers.ts';
import type { ExecutionProvider } from '../../model/runtime/execution-provider.ts';

/** What the inference thread is started with. */
export interface InferenceSettings {
  readonly bundleDirectory: string;
  readonly precision: Precision;
  readonly provider: ExecutionProvider;
  /** Threads of one run on the CPU; ONNX Runtime's choice if left out. */
  readonly threads?: number;
  /** Pictures of every batch. */
  readonly batchSize: number;
}

/** Places of one exam's primary images in a batch; `null` for an eye without a gradable photograph. */
export interface ExamPlaces {
  readonly left: number | null;
  readonly right: number | null;
}

/** A batch for the thread. The buffer travels there and back. */
export interface InferenceRequest {
  readonly id: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** May be none: then nothing is made of two eyes. */
  readonly exams: readonly ExamPlaces[];
  /** Places of further images, of which `visual` alone is asked. */
  readonly others: readonly number[];
}

/** Ends the thread after the batch that it is at; those that wait are not begun. */
export const STOP = 'stop';

export type InferenceAnswer =
  /** With how long a whole batch takes. */
  | { readonly kind: 'ready'; readonly batchMilliseconds: number }
  | {
      readonly kind: 'features';
      readonly id: number;
      readonly pixels: Uint8Array<ArrayBuffer>;
      readonly features: FeatureMatrices;
      /** Of the further images, in their order: float32 [others, embedding]. */
      readonly visuals: Float32Array;
      readonly milliseconds: number;
    }
  | { readonly kind: 'failed'; readonly id: number | null; readonly reason: string };
