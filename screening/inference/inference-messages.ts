import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { EvidenceMethod } from '../../core/preparation/evidence-maps.ts';
import type { EvidenceGrid } from '../../model/evidence/grid.ts';
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

/** One sum of an image's `visual`, and how its map is to be made. */
export interface ExplainedSum {
  /** One for each channel of `visual`. */
  readonly weights: Float32Array;
  readonly method: EvidenceMethod;
}

/** An image whose evidence is asked for. */
export interface ExplainRequest {
  readonly id: number;
  /** uint8 [size, size, 3]. */
  readonly explained: Uint8Array;
  readonly sums: readonly ExplainedSum[];
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
  | { readonly kind: 'evidence'; readonly id: number; readonly grids: readonly EvidenceGrid[] }
  | { readonly kind: 'failed'; readonly id: number | null; readonly reason: string };
