import type { FeatureMatrices } from '../exams/exam-features.ts';
import type { FeatureBatch } from '../ports/feature-store.ts';
import { encodeSafetensors } from '../tensors/safetensors.ts';
import { FEATURE_TENSORS, type FeatureTensor, PRESENT_TENSOR } from './feature-tensors.ts';
import { imageTensorsOf } from './image-tensors.ts';

function tensorsOf(matrices: FeatureMatrices): Readonly<Record<FeatureTensor, Float32Array>> {
  const { leftVisual, rightVisual, ...others } = matrices;
  return { left_visual: leftVisual, right_visual: rightVisual, ...others };
}

function precisionMetadata({ precision: given }: FeatureBatch): Record<string, string> {
  if (given === undefined || given.precision === null) return {};
  return { precision: given.precision, equivalents: given.equivalents.join(' ') };
}

/**
 * Encodes the features of a batch as a safetensors file: one row for each exam, in the batch's order. A new head or
 * threshold is scored from it without the photographs.
 *
 * Tensors: `left_visual`, `right_visual`, `left`, `right`, `patient` float32 [exams, embedding], `present` uint8 [exams, 2].
 * These are of the primary images. Where an exam has more than them, the tensors of `imageTensorsOf` hold them all.
 */
export function shardOf(batch: FeatureBatch): Uint8Array {
  const { model, preprocessing, exams, matrices } = batch;
  const embedding = matrices.patient.length / exams.length;
  const tensors = tensorsOf(matrices);
  const entries = FEATURE_TENSORS.map((name) => [
    name,
    { data: tensors[name], shape: [exams.length, embedding] },
  ]);
  const present = Uint8Array.from(exams.flatMap(({ eyes }) => [eyes.left ? 1 : 0, eyes.right ? 1 : 0]));
  return encodeSafetensors(
    {
      ...Object.fromEntries(entries),
      [PRESENT_TENSOR]: { data: present, shape: [exams.length, 2] },
      ...imageTensorsOf(exams, embedding),
    },
    {
      model,
      preprocessing,
      requests: exams.map(({ requestId }) => requestId).join(' '),
      ...precisionMetadata(batch),
    },
  );
}
