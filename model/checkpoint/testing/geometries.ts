import type { Geometry } from '../weights.ts';

/** Sizes of models to make: the published one, and small ones that differ from it in everything. */
export const GEOMETRIES = {
  /** ViT-B/16 and RoBERTa-base, as published. */
  full: {
    vision: { imageSize: 224, patchSize: 16, width: 768, layers: 12, heads: 12, hidden: 3072 },
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
    vision: { imageSize: 32, patchSize: 8, width: 64, layers: 2, heads: 1, hidden: 256 },
    text: { vocabulary: 120, positions: 40, width: 64, layers: 2, heads: 1, hidden: 128, tokenTypes: 2 },
    embedding: 48,
  },
  wide: {
    vision: { imageSize: 56, patchSize: 14, width: 192, layers: 1, heads: 3, hidden: 500 },
    text: { vocabulary: 60, positions: 24, width: 128, layers: 1, heads: 2, hidden: 300, tokenTypes: 1 },
    embedding: 33,
  },
  deep: {
    vision: { imageSize: 96, patchSize: 32, width: 128, layers: 5, heads: 2, hidden: 256 },
    text: { vocabulary: 90, positions: 130, width: 64, layers: 4, heads: 1, hidden: 256, tokenTypes: 2 },
    embedding: 64,
  },
} as const satisfies Record<string, Geometry>;
