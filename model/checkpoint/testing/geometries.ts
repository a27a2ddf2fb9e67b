import type { ToldGeometry } from '../geometry/attention-heads.ts';
import type { Geometry } from '../weights.ts';

/** Sizes of models to make: the published one, and small ones that differ from it in everything. */
export const GEOMETRIES = {
  /** ViT-B/16 and RoBERTa-base, as published. */
  full: {
    vision: { kind: 'vit', imageSize: 224, patchSize: 16, width: 768, layers: 12, heads: 12, hidden: 3072 },
    text: {
      vocabulary: 21_128,
      positions: 512,
      width: 768,
      layers: 12,
      heads: 12,
      hidden: 3072,
      tokenTypes: 2,
    },
    embedding: 512,
  },
  tiny: {
    vision: { kind: 'vit', imageSize: 32, patchSize: 8, width: 64, layers: 2, heads: 1, hidden: 256 },
    text: { vocabulary: 120, positions: 40, width: 64, layers: 2, heads: 1, hidden: 128, tokenTypes: 2 },
    embedding: 48,
  },
  wide: {
    vision: { kind: 'vit', imageSize: 56, patchSize: 14, width: 192, layers: 1, heads: 3, hidden: 500 },
    text: { vocabulary: 60, positions: 24, width: 128, layers: 1, heads: 2, hidden: 300, tokenTypes: 1 },
    embedding: 33,
  },
  deep: {
    vision: { kind: 'vit', imageSize: 96, patchSize: 32, width: 128, layers: 5, heads: 2, hidden: 256 },
    text: { vocabulary: 90, positions: 130, width: 64, layers: 4, heads: 1, hidden: 256, tokenTypes: 2 },
    embedding: 64,
  },
  /** MBConv blocks of every form: with and without expansion, residual and not, both strides. */
  mbconv: {
    vision: {
      kind: 'mbconv',
      imageSize: 48,
      batchNormEpsilon: Math.fround(1e-3),
      stem: 12,
      blocks: [
        { kernel: 3, stride: 1, input: 12, hidden: 12, output: 9, expands: false },
        { kernel: 3, stride: 2, input: 9, hidden: 30, output: 14, expands: true },
        { kernel: 5, stride: 1, input: 14, hidden: 42, output: 14, expands: true },
        { kernel: 5, stride: 2, input: 14, hidden: 42, output: 20, expands: true },
      ],
      pooled: 40,
    },
    text: { vocabulary: 70, positions: 30, width: 64, layers: 1, heads: 1, hidden: 96, tokenTypes: 2 },
    embedding: 24,
  },
  /** CLIP's residual network, with a bottleneck that keeps its size. */
  resnet: {
    vision: { kind: 'resnet', imageSize: 96, width: 4, layers: [2, 1, 1, 2], heads: 2 },
    text: { vocabulary: 70, positions: 30, width: 64, layers: 1, heads: 1, hidden: 96, tokenTypes: 2 },
    embedding: 20,
  },
} as const satisfies Record<string, Geometry>;

/** What an owner of a checkpoint of these sizes tells where no published configuration does. */
export function toldOf({ vision, text }: Geometry): ToldGeometry {
  return { textHeads: text.heads, ...(vision.kind === 'mbconv' ? {} : { visionHeads: vision.heads }) };
}
