import { z } from 'zod';
import type { RetClipWeights } from '../checkpoint/weights.ts';
import { type ReferenceInput, referenceInput } from './reference-input.ts';
import { textReference } from './text-reference.ts';
import { visionReference } from './vision-reference.ts';

const vector = z.array(z.number());

/** Features that a model must give on the reference input, computed apart from the graphs that ship. */
export const referenceFeaturesSchema = z.object({
  format: z.literal(1),
  contextLength: z.number().int().positive(),
  left_visual: vector,
  right_visual: vector,
  left: vector,
  right: vector,
  patient: vector,
  texts: z.array(z.object({ patient: vector, left: vector, right: vector })),
});
export type ReferenceFeatures = z.infer<typeof referenceFeaturesSchema>;

/** y = W x, for a mapping [out, in]. */
function map(weights: Float32Array, input: readonly number[]): number[] {
  const rows = weights.length / input.length;
  return Array.from({ length: rows }, (_, row) =>
    input.reduce((sum, value, column) => sum + value * (weights[row * input.length + column] ?? 0), 0),
  );
}

/** Computes the reference features of a checkpoint, a part of a layer at a time. */
export async function computeReference(
  weights: RetClipWeights,
  contextLength: number,
): Promise<ReferenceFeatures> {
  const { vision, text, embedding } = weights.geometry;
  const input: ReferenceInput = referenceInput(vision.imageSize, contextLength, text.vocabulary);
  // The text tower first: its vocabulary is the largest tensor, and less is in memory now than later.
  const texts = await textReference(weights, input.tokens);
  const visual = await visionReference(weights, input.pixels, 2);
  const left = [...visual.subarray(0, embedding)];
  const right = [...visual.subarray(embedding)];
  const row = (values: Float32Array, index: number): number[] => [
    ...values.subarray(index * embedding, (index + 1) * embedding),
  ];
  return {
    format: 1,
    contextLength,
    left_visual: left,
    right_visual: right,
    left: map(await weights.read('left_feature_mapping.weight'), left),
    right: map(await weights.read('right_feature_mapping.weight'), right),
    patient: map(await weights.read('global_feature_mapping.weight'), [...left, ...right]),
    texts: input.tokens.map((_, index) => ({
      patient: row(texts.patient, index),
      left: row(texts.left, index),
      right: row(texts.right, index),
    })),
  };
}
