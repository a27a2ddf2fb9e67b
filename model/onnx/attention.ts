import { MICROSOFT } from './graph-builder.ts';
import { attentionParts, type Layers } from './layers.ts';

export interface AttentionOptions {
  /** Name of the tensors `….in_proj_weight`, `….in_proj_bias`. */
  readonly name: string;
  readonly width: number;
  readonly heads: number;
  /** Tokens of one sequence; -1 where it is known only at run time. */
  readonly length: number;
  /** Value [batch, length] of int32: 1 where a token counts. */
  readonly mask?: string;
}

/**
 * Multi-head attention of every token over all tokens, without its output projection.
 *
 * @param value [batch × length, width]
 * @param queries tokens that ask; the class token alone where only it is read. [batch × count, width]
 * @param count tokens of one sequence that ask; -1 for all where the length is known only at run time
 * @returns [batch × count, width]
 */
export function attention(
  layers: Layers,
  value: string,
  queries: string,
  count: number,
  options: AttentionOptions,
): string {
  const { graph } = layers;
  const { name, width, heads, length, mask } = options;
  const parts = attentionParts(name, width);
  const sequences = (matrix: string, tokens: number): string =>
    tokens === -1
      ? graph.node('Reshape', [matrix, sequenceShape(layers, mask ?? '', width)])
      : graph.reshape(matrix, [-1, tokens, width]);
  const query = sequences(layers.linear(queries, parts.query), count);
  const key = sequences(layers.linear(value, parts.key), length);
  const content = sequences(layers.linear(value, parts.value), length);
  const inputs = mask === undefined ? [query, key, content] : [query, key, content, '', mask];
  const attended = graph.node('MultiHeadAttention', inputs, {
    attributes: { num_heads: heads },
    domain: MICROSOFT,
  });
  return graph.reshape(attended, [-1, width]);
}

/** [batch, length, width], with batch and length as the mask has them. */
function sequenceShape(layers: Layers, mask: string, width: number): string {
  const { graph } = layers;
  return graph.node('Concat', [graph.node('Shape', [mask]), graph.integers([width])], {
    attributes: { axis: 0 },
  });
}
