/**
 * The sizes of a RET-CLIP model, all read from the shapes of its tensors.
 *
 * Source: Du et al., RET-CLIP, MICCAI 2024 (arXiv 2405.14137); reference code sStonemason/RET-CLIP.
 */
export interface Geometry {
  readonly vision: {
    /** Pixels of one side of the square input. */
    readonly imageSize: number;
    /** Pixels of one side of a patch. */
    readonly patchSize: number;
    /** Channels of the residual stream. */
    readonly width: number;
    /** Number of residual blocks. */
    readonly layers: number;
    /** Attention heads; each is 64 channels wide. */
    readonly heads: number;
    /** Channels of the hidden layer of a block's perceptron. */
    readonly hidden: number;
  };
  readonly text: {
    /** Entries of the vocabulary. */
    readonly vocabulary: number;
    /** Learned positions: the longest context. */
    readonly positions: number;
    readonly width: number;
    readonly layers: number;
    /** Attention heads; each is 64 channels wide. */
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
  readonly tensors: ReadonlyMap<string, TensorDescription>;
  /** Reads one tensor, contiguous in row-major order, as float32. Holds no reference to it afterwards. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * A RET-CLIP checkpoint in one canonical form, whatever variant its file was.
 *
 * Names are the reference's own without `module.`; attention is always given as fused rows query, key, value:
 * - vision: `visual.class_embedding` [width], `visual.positional_embedding` [1 + patches, width],
 *   `visual.proj` [width, embedding], `visual.conv1.weight` [width, 3, patch, patch],
 *   `visual.ln_pre.*`, `visual.ln_post.*` [width],
 *   `visual.transformer.resblocks.{i}.attn.in_proj_weight` [3 width, width], `.attn.in_proj_bias` [3 width],
 *   `.attn.out_proj.{weight,bias}`, `.ln_1.*`, `.ln_2.*`, `.mlp.c_fc.*`, `.mlp.c_proj.*`
 * - text: `bert.embeddings.{word_embeddings,position_embeddings,token_type_embeddings}.weight`,
 *   `bert.embeddings.LayerNorm.*`, `bert.encoder.layer.{i}.attention.self.in_proj_weight` [3 width, width],
 *   `.attention.self.in_proj_bias` [3 width], `.attention.output.dense.*`, `.attention.output.LayerNorm.*`,
 *   `.intermediate.dense.*`, `.output.dense.*`, `.output.LayerNorm.*`
 * - `text_projection{,_left,_right}.{0,2}.{weight,bias}`, `{global,left,right}_feature_mapping.weight`,
 *   `logit_scale{,_left,_right}` [] (logarithms)
 *
 * Linear weights are as PyTorch stores them, [out, in].
 */
export interface RetClipWeights {
  readonly path: string;
  readonly geometry: Geometry;
  /** Element type of the file's weights, for provenance. */
  readonly storedType: StoredType;
  /** Canonical names and shapes, in a fixed order. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Reads one tensor by canonical name, as float32, row-major. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}
