import type { Geometry } from '../weights.ts';
import { type CanonicalTensor, each, fusedAttention, linear, norm, plain } from './canonical-tensor.ts';

function layer(index: number, { width, hidden }: Geometry['text']): CanonicalTensor[] {
  const name = `bert.encoder.layer.${index}`;
  const output = (part: string, shape: number[]): CanonicalTensor =>
    plain(`${name}.attention.output.dense.${part}`, shape, [`${name}.attention.self.out_proj.${part}`]);
  return [
    ...fusedAttention(`${name}.attention.self`, width),
    output('weight', [width, width]),
    output('bias', [width]),
    ...norm(`${name}.attention.output.LayerNorm`, width),
    ...linear(`${name}.intermediate.dense`, hidden, width),
    ...linear(`${name}.output.dense`, width, hidden),
    ...norm(`${name}.output.LayerNorm`, width),
  ];
}

/** Every tensor of the text tower and its projections, in a fixed order. */
export function textTensors({ text, embedding }: Geometry): CanonicalTensor[] {
  return [
    plain('bert.embeddings.word_embeddings.weight', [text.vocabulary, text.width]),
    plain('bert.embeddings.position_embeddings.weight', [text.positions, text.width]),
    plain('bert.embeddings.token_type_embeddings.weight', [text.tokenTypes, text.width]),
    ...norm('bert.embeddings.LayerNorm', text.width),
    ...each(text.layers, (index) => layer(index, text)),
    ...['text_projection', 'text_projection_left', 'text_projection_right'].flatMap((name) => [
      ...linear(`${name}.0`, text.width, text.width),
      ...linear(`${name}.2`, embedding, text.width),
    ]),
  ];
}
