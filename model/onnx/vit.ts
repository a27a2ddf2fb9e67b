import type { VitGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { attention } from './attention.ts';
import { MICROSOFT } from './graph-builder.ts';
import { type Layers, wholeLinear } from './layers.ts';
import { patchEmbedding } from './patch-embedding.ts';

const EPSILON = 1e-5;
/** QuickGELU: x · sigmoid(1.702 x). */
const QUICK_GELU = 1.702;

/** Takes the class token of every sequence: [batch × length, width] to [batch, width]. */
export function classToken(layers: Layers, value: string, length: number, width: number): string {
  const { graph } = layers;
  const sequences = graph.reshape(value, [-1, length, width]);
  return graph.reshape(graph.node('Gather', [sequences, graph.integers([0])], { attributes: { axis: 1 } }), [
    -1,
    width,
  ]);
}

/** The block's perceptron, before its residual. */
function perceptron(layers: Layers, value: string, block: string, vision: VitGeometry): string {
  const { width, hidden } = vision;
  const inner = layers.linear(value, wholeLinear(`${block}.mlp.c_fc`, hidden, width));
  const active =
    vision.activation === 'gelu'
      ? layers.graph.node('Gelu', [inner], { domain: MICROSOFT })
      : layers.graph.node('QuickGelu', [inner], {
          attributes: { alpha: { float: QUICK_GELU } },
          domain: MICROSOFT,
        });
  return layers.linear(active, wholeLinear(`${block}.mlp.c_proj`, width, hidden));
}

/**
 * A pre-norm vision transformer whose class token is projected into the joint space. The last block is computed for the
 * class token alone, the only one that is read.
 *
 * Source: Radford et al., CLIP (arXiv 2103.00020), as the reference code builds it.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns [batch, embedding]
 */
export function vit(layers: Layers, pixels: string, weights: NamedTensors, vision: VitGeometry): string {
  const { graph } = layers;
  const { width, heads, imageSize, patchSize } = vision;
  const length = 1 + (imageSize / patchSize) ** 2;
  const embedded = patchEmbedding(layers, pixels, weights, vision);
  let residual = layers.norm(embedded, 'visual.ln_pre', EPSILON);
  let normed = layers.norm(residual, 'visual.transformer.resblocks.0.ln_1', EPSILON);
  for (let index = 0; index < vision.layers; index += 1) {
    const block = `visual.transformer.resblocks.${index}`;
    const isLast = index === vision.layers - 1;
    if (isLast) residual = classToken(layers, residual, length, width);
    const queries = isLast ? classToken(layers, normed, length, width) : normed;
    const count = isLast ? 1 : length;
    const attended = attention(layers, normed, queries, count, {
      name: `${block}.attn`,
      width,
      heads,
      length,
    });
    const projected = layers.linear(attended, wholeLinear(`${block}.attn.out_proj`, width, width));
    const middle = layers.addAndNorm(projected, residual, `${block}.ln_2`, EPSILON);
    const change = perceptron(layers, middle.normed, block, vision);
    const next = isLast ? 'visual.ln_post' : `visual.transformer.resblocks.${index + 1}.ln_1`;
    const after = layers.addAndNorm(change, middle.sum, next, EPSILON);
    residual = after.sum;
    normed = after.normed;
  }
  return graph.node('MatMul', [normed, layers.tensor('visual.proj')]);
}
