import { randomUUID } from 'node:crypto';
import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { listFeatureRows } from '../../core/features/feature-rows.ts';
import { featureShardKey } from '../../core/keys/feature-shard-key.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { encodeSafetensors } from '../../core/tensors/safetensors.ts';
import type { BatchFeatures, ExamPlaces } from '../inference/inference-messages.ts';

/** What a shard says of itself. */
export interface ShardOrigin {
  readonly model: string;
  readonly preprocessing: string;
  /** Of each row: which exam it is of, and the request that asked for it. */
  readonly rows: readonly { readonly exam: ExamKey; readonly requestId: string }[];
  /** Left out by former releases. */
  readonly precision?: FeaturesPrecision;
}

function precisionMetadata(given: FeaturesPrecision | undefined): Record<string, string> {
  if (given === undefined || given.precision === null) return {};
  return { precision: given.precision, equivalents: given.equivalents.join(' ') };
}

/** Which eyes of each exam were photographed and gradable: uint8 [exams, 2], left and right. */
function presence(exams: readonly ExamPlaces[]): Uint8Array {
  return Uint8Array.from(exams.flatMap(({ left, right }) => [left === null ? 0 : 1, right === null ? 0 : 1]));
}

/**
 * Stores the features of one inference batch as one safetensors object: rows are exams, in the batch's order. From it a
 * new head or threshold is scored without the photographs. Its rows are listed under their patients first.
 *
 * Tensors: `left_visual`, `right_visual`, `left`, `right`, `patient` float32 [exams, embedding], `present` uint8
 * [exams, 2]. The rows of an absent eye hold the other eye's features, as the model was given them.
 *
 * @returns the shard's key
 */
export async function storeShard(
  store: ObjectStore,
  features: BatchFeatures,
  exams: readonly ExamPlaces[],
  origin: ShardOrigin,
): Promise<string> {
  const embedding = features.patient.length / exams.length;
  const matrix = (data: Float32Array) => ({ data, shape: [exams.length, embedding] });
  const content = encodeSafetensors(
    {
      left_visual: matrix(features.leftVisual),
      right_visual: matrix(features.rightVisual),
      left: matrix(features.left),
      right: matrix(features.right),
      patient: matrix(features.patient),
      present: { data: presence(exams), shape: [exams.length, 2] },
    },
    {
      model: origin.model,
      preprocessing: origin.preprocessing,
      requests: origin.rows.map(({ requestId }) => requestId).join(' '),
      ...precisionMetadata(origin.precision),
    },
  );
  const key = featureShardKey(origin.model, new Date(), randomUUID());
  await listFeatureRows(
    store,
    origin.rows.map((of, row) => ({ ...of, place: { shard: key, row } })),
  );
  await store.put(key, content, { contentType: 'application/octet-stream' });
  return key;
}
