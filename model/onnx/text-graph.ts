import type { Geometry, RetClipWeights } from '../checkpoint/weights.ts';
import { attention } from './attention.ts';
import { GraphBuilder, MICROSOFT } from './graph-builder.ts';
import { Layers, wholeLinear } from './layers.ts';

const EPSILON = 1e-12;
const LAST = 'bert.embeddings.LayerNorm';

/** Words, positions and the one token type, summed and normalised: [batch × length, width]. */
function embedTokens(layers: Layers, tokens: string, weights: RetClipWeights): string {
  const { graph } = layers;
  const { width, positions } = weights.geometry.text;
  const words = graph.node('Gather', [layers.tensor('bert.embeddings.word_embeddings.weight'), tokens], {
    attributes: { axis: 0 },
  });
  const table = layers.constant('bert.embeddings.places', [positions, width], async () => {
    const places = Float32Array.from(await weights.read('bert.embeddings.position_embeddings.weight'));
    const types = await weights.read('bert.embeddings.token_type_embeddings.weight');
    for (let index = 0; index < places.length; index += 1) {
      places[index] = (places[index] ?? 0) + (types[index % width] ?? 0);
    }
    return places;
  });
  const length = graph.node('Gather', [graph.node('Shape', [tokens]), graph.integers([1])], {
    attributes: { axis: 0 },
  });
  const places = graph.node('Slice', [table, graph.integers([0]), length, graph.integers([0])]);
  const sum = graph.reshape(graph.node('Add', [words, places]), [-1, width]);
  return layers.norm(sum, LAST, EPSILON);
}

/** 1 where a token counts, 0 where it only fills up: int32 [batch, length]. */
function paddingMask(graph: GraphBuilder, tokens: string): string {
  const zero = graph.integers([0]);
  return graph.node('Cast', [graph.node('Greater', [tokens, zero])], { attributes: { to: 6 } });
}

/** Takes the first token of every text. */
function firstToken(graph: GraphBuilder, value: string, tokens: string, width: number): string {
  const shape = graph.node('Concat', [graph.node('Shape', [tokens]), graph.integers([width])], {
    attributes: { axis: 0 },
  });
  const sequences = graph.node('Reshape', [value, shape]);
  return graph.reshape(graph.node('Gather', [sequences, zeroth(graph)], { attributes: { axis: 1 } }), [
    -1,
    width,
  ]);
}

function zeroth(graph: GraphBuilder): string {
  return graph.integers([0]);
}

function projection(layers: Layers, value: string, name: string, { text, embedding }: Geometry): string {
  const inner = layers.linear(value, wholeLinear(`${name}.0`, text.width, text.width));
  const active = layers.graph.node('Relu', [inner]);
  return layers.linear(active, wholeLinear(`${name}.2`, embedding, text.width));
}

/**
 * RET-CLIP's text tower: a BERT encoder without pooler, and three projections of its class token. The last layer is
 * computed for the class token alone, the only one that is read.
 *
 * Input `tokens` int64 [batch, length], padded with 0; outputs `patient`, `left`, `right` float32 [batch, embedding],
 * not normalised.
 *
 * Source: Devlin et al., BERT (arXiv 1810.04805), as the reference code builds it.
 */
export function textGraph(weights: RetClipWeights): GraphBuilder {
  const { geometry } = weights;
  const { width, heads, hidden } = geometry.text;
  const graph = new GraphBuilder('text');
  const layers = new Layers(graph, weights, 'fp32');
  const tokens = graph.input('tokens', 'int64', ['batch', 'length']);
  const mask = paddingMask(graph, tokens);
  let value = embedTokens(layers, tokens, weights);
  for (let index = 0; index < geometry.text.layers; index += 1) {
    const layer = `bert.encoder.layer.${index}`;
    const isLast = index === geometry.text.layers - 1;
    const queries = isLast ? firstToken(graph, value, tokens, width) : value;
    const options = { name: `${layer}.attention.self`, width, heads, length: -1, mask };
    const attended = attention(layers, value, queries, isLast ? 1 : -1, options);
    const projected = layers.linear(attended, wholeLinear(`${layer}.attention.output.dense`, width, width));
    const middle = layers.addAndNorm(
      projected,
      queries,
      `${layer}.attention.output.LayerNorm`,
      EPSILON,
    ).normed;
    const inner = layers.linear(middle, wholeLinear(`${layer}.intermediate.dense`, hidden, width));
    const active = graph.node('Gelu', [inner], { domain: MICROSOFT });
    const change = layers.linear(active, wholeLinear(`${layer}.output.dense`, width, hidden));
    value = layers.addAndNorm(change, middle, `${layer}.output.LayerNorm`, EPSILON).normed;
  }
  const outputs = {
    patient: 'text_projection',
    left: 'text_projection_left',
    right: 'text_projection_right',
  };
  for (const [name, source] of Object.entries(outputs)) {
    graph.output(name, 'float32', ['batch', geometry.embedding], projection(layers, value, source, geometry));
  }
  return graph;
}
