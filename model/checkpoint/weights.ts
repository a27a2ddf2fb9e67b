import type { VisionGeometry } from './vision-geometry.ts';

/**
 * The sizes of a RET-CLIP model, read from the shapes of its tensors and, of what shapes do not tell, from scalar
 * buffers.
 *
 * Source: Du et al., RET-CLIP, MICCAI 2024 (arXiv 2405.14137); reference code sStonemason/RET-CLIP.
 */
export interface Geometry {
  readonly vision: VisionGeometry;
  readonly text: {
    /** Entries of the vocabulary. */
    readonly vocabulary: number;
    /** Learned positions: the longest context. */
    readonly positions: number;
    readonly width: number;
    readonly layers: number;
    /** Attention heads, which share the width. No shape tells them. */
    readonly heads: number;
    readonly hidden: number;
    /** Entries of the token type embedding, of which RET-CLIP uses the first. */
    readonly tokenTypes: number;
  };
  /** Channels of every feature in the joint space (512 in the published model). */
  readonly embedding: number;
}

/** Element type that a tensor has in its file; it is always read as float32. */
export type StoredType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** What an archive says of a tensor before its values are read. */
export interface TensorDescription {
  readonly name: string;
  readonly type: StoredType;
  readonly shape: readonly number[];
}

/** A file of named tensors, read by random access: opening it reads no values. */
export interface TensorArchive {
  /** The file, for messages. */
  readonly path: string;
  /** By name; the keys of dictionaries around a tensor stand before its own, with dots between. */
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /** Keys of the outermost dictionary, whatever lies under them, for messages. */
  readonly keys: readonly string[];
  /** Every file that it consists of; the first is `path`. */
  readonly files: readonly string[];
  /** Reads one tensor, contiguous in row-major order, as float32. Holds no reference to it afterwards. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Tensors by name, whatever file they come from. */
export interface NamedTensors {
  /** The file, for messages. */
  readonly path: string;
  /** Names and shapes, in a fixed order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads one tensor, as float32, row-major. */
  read(name: string): Promise<Float32Array>;
}

/**
 * A RET-CLIP checkpoint in one canonical form, whatever variant its file was.
 *
 * Names are the reference's own without `module.`; attention is always given as fused rows query, key, value:
 * - a vision transformer: `visual.class_embedding` [width], `visual.positional_embedding` [1 + patches, width],
 *   `visual.proj` [width, embedding], `visual.conv1.weight` [width, 3, patch, patch],
 *   `visual.ln_pre.*`, `visual.ln_post.*` [width],
 *   `visual.transformer.resblocks.{i}.attn.in_proj_weight` [3 width, width], `.attn.in_proj_bias` [3 width],
 *   `.attn.out_proj.{weight,bias}`, `.ln_1.*`, `.ln_2.*`, `.mlp.c_fc.*`, `.mlp.c_proj.*`
 * - MBConv: `visual.image_size`, `visual.batch_norm_epsilon` [], `visual.stem.{conv,bn}.*`,
 *   `visual.blocks.{i}.stride` [], `visual.blocks.{i}.{expand,depthwise,project}.{conv,bn}.*`,
 *   `visual.head.{conv,bn}.*`, `visual.proj` [pooled, embedding]
 * - ResNet: `visual.{conv,bn}{1,2,3}.*`, `visual.layer{1..4}.{i}.{conv,bn}{1,2,3}.*`,
 *   `visual.layer{1..4}.0.downsample.{0,1}.*`, `visual.attnpool.positional_embedding` [1 + positions, 32 width],
 *   `visual.attnpool.in_proj_{weight,bias}`, `visual.attnpool.c_proj.*`
 * - text: `bert.embeddings.{word_embeddings,position_embeddings,token_type_embeddings}.weight`,
 *   `bert.embeddings.LayerNorm.*`, `bert.encoder.layer.{i}.attention.self.in_proj_weight` [3 width, width],
 *   `.attention.self.in_proj_bias` [3 width], `.attention.output.dense.*`, `.attention.output.LayerNorm.*`,
 *   `.intermediate.dense.*`, `.output.dense.*`, `.output.LayerNorm.*`
 * - `text_projection{,_left,_right}.{0,2}.{weight,bias}`, `{global,left,right}_feature_mapping.weight`,
 *   `logit_scale{,_left,_right}` [] (logarithms)
 *
 * Linear weights are as PyTorch stores them, [out, in].
 */
export interface RetClipWeights extends NamedTensors {
  readonly geometry: Geometry;
  /** What of the geometry was neither read nor told, in words for its owner. */
  readonly assumptions: readonly string[];
  /** Element type of the file's weights, for provenance. */
  readonly storedType: StoredType;
  /** Every file that it consists of. */
  readonly files: readonly string[];
  close(): Promise<void>;
}
