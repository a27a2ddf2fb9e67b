import type { Geometry } from './weights.ts';

/** The tensors of a file that together, row by row, are one canonical tensor. */
export type Source = readonly string[];

/** A canonical tensor: its name, its shape, and where checkpoints keep it, in any of their variants. */
export interface CanonicalTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly sources: readonly Source[];
}

function plain(name: string, shape: readonly number[], ...others: Source[]): CanonicalTensor {
  return { name, shape, sources: [[name], ...others] };
}

/** A linear layer: `weight` [out, in] and `bias` [out]. */
function linear(name: string, output: number, input: number): CanonicalTensor[] {
  return [plain(`${name}.weight`, [output, input]), plain(`${name}.bias`, [output])];
}

function norm(name: string, width: number): CanonicalTensor[] {
  return [plain(`${name}.weight`, [width]), plain(`${name}.bias`, [width])];
}

/**
 * Query, key and value in one tensor. Checkpoints keep them fused as `in_proj_*`, fused as `Wqkv.*` when they were
 * trained with flash-attention, or one by one.
 */
function fusedAttention(attention: string, width: number): CanonicalTensor[] {
  const variants = (part: 'weight' | 'bias'): Source[] => [
    [`${attention}.in_proj_${part}`],
    [`${attention}.Wqkv.${part}`],
    ['query', 'key', 'value'].map((name) => `${attention}.${name}.${part}`),
    ['q_proj', 'k_proj', 'v_proj'].map((name) => `${attention}.${name}.${part}`),
  ];
  return [
    { name: `${attention}.in_proj_weight`, shape: [3 * width, width], sources: variants('weight') },
    { name: `${attention}.in_proj_bias`, shape: [3 * width], sources: variants('bias') },
  ];
}

function visionBlock(index: number, { width, hidden }: Geometry['vision']): CanonicalTensor[] {
  const block = `visual.transformer.resblocks.${index}`;
  return [
    ...norm(`${block}.ln_1`, width),
    ...fusedAttention(`${block}.attn`, width),
    ...linear(`${block}.attn.out_proj`, width, width),
    ...norm(`${block}.ln_2`, width),
    ...linear(`${block}.mlp.c_fc`, hidden, width),
    ...linear(`${block}.mlp.c_proj`, width, hidden),
  ];
}

function textLayer(index: number, { width, hidden }: Geometry['text']): CanonicalTensor[] {
  const layer = `bert.encoder.layer.${index}`;
  const output = (part: string, shape: number[]): CanonicalTensor =>
    plain(`${layer}.attention.output.dense.${part}`, shape, [`${layer}.attention.self.out_proj.${part}`]);
  return [
    ...fusedAttention(`${layer}.attention.self`, width),
    output('weight', [width, width]),
    output('bias', [width]),
    ...norm(`${layer}.attention.output.LayerNorm`, width),
    ...linear(`${layer}.intermediate.dense`, hidden, width),
    ...linear(`${layer}.output.dense`, width, hidden),
    ...norm(`${layer}.output.LayerNorm`, width),
  ];
}

function textProjection(name: string, { text, embedding }: Geometry): CanonicalTensor[] {
  return [...linear(`${name}.0`, text.width, text.width), ...linear(`${name}.2`, embedding, text.width)];
}

/** Every tensor of a RET-CLIP model of this geometry, in a fixed order. */
export function canonicalTensors(geometry: Geometry): CanonicalTensor[] {
  const { vision, text, embedding } = geometry;
  const patches = (vision.imageSize / vision.patchSize) ** 2;
  const each = <Item>(count: number, make: (index: number) => Item[]): Item[] =>
    Array.from({ length: count }, (_, index) => make(index)).flat();
  return [
    plain('visual.class_embedding', [vision.width]),
    plain('visual.positional_embedding', [1 + patches, vision.width]),
    plain('visual.conv1.weight', [vision.width, 3, vision.patchSize, vision.patchSize]),
    ...norm('visual.ln_pre', vision.width),
    ...each(vision.layers, (index) => visionBlock(index, vision)),
    ...norm('visual.ln_post', vision.width),
    plain('visual.proj', [vision.width, embedding]),
    plain('left_feature_mapping.weight', [embedding, embedding]),
    plain('right_feature_mapping.weight', [embedding, embedding]),
    plain('global_feature_mapping.weight', [embedding, 2 * embedding]),
    plain('bert.embeddings.word_embeddings.weight', [text.vocabulary, text.width]),
    plain('bert.embeddings.position_embeddings.weight', [text.positions, text.width]),
    plain('bert.embeddings.token_type_embeddings.weight', [text.tokenTypes, text.width]),
    ...norm('bert.embeddings.LayerNorm', text.width),
    ...each(text.layers, (index) => textLayer(index, text)),
    ...['text_projection', 'text_projection_left', 'text_projection_right'].flatMap((name) =>
      textProjection(name, geometry),
    ),
    ...['logit_scale', 'logit_scale_left', 'logit_scale_right'].map((name) => plain(name, [])),
  ];
}

/** Tensors that some checkpoints carry and the model does not use. */
export function isUnused(name: string): boolean {
  return name.startsWith('bert.pooler.') || name === 'bert.embeddings.position_ids';
}
