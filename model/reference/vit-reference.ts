import type { VitGeometry } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { GraphRun, runOnce, type Value } from './graph-run.ts';
import { layerConstants } from './layer-constants.ts';
import { normalisedPlanes } from './normalised-planes.ts';
import { PlainGraph } from './plain-graphs.ts';

const EPSILON = 1e-5;

/** Patches by convolution, class token and positions: [batch, 1 + patches, width]. */
async function embed(
  weights: NamedTensors,
  vision: VitGeometry,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const { imageSize, patchSize, width } = vision;
  const patches = (imageSize / patchSize) ** 2;
  const plain = new PlainGraph('embed', weights);
  const { graph } = plain;
  const input = graph.input('planes', 'float32', [batch, 3, imageSize, imageSize]);
  const convolved = graph.node('Conv', [input, plain.tensor('visual.conv1.weight')], {
    attributes: { strides: [patchSize, patchSize], kernel_shape: [patchSize, patchSize] },
  });
  const tokens = graph.node('Transpose', [graph.reshape(convolved, [batch, width, patches])], {
    attributes: { perm: [0, 2, 1] },
  });
  const first = graph.node('Expand', [
    plain.tensor('visual.class_embedding'),
    graph.integers([batch, 1, width]),
  ]);
  const sequence = graph.node('Concat', [first, tokens], { attributes: { axis: 1 } });
  const positioned = graph.node('Add', [sequence, plain.tensor('visual.positional_embedding')]);
  graph.output('value', 'float32', ['b', 't', 'c'], plain.norm(positioned, 'visual.ln_pre', EPSILON));
  return runOnce(graph, { planes: normalisedPlanes(pixels, batch, imageSize) }, 'value');
}

/** Name of a block's tensors; the graphs are made of the first block's. */
const blockName = (index: number) => `visual.transformer.resblocks.${index}.`;

/** One half of a block with its residual, for every block: attention or perceptron. */
function half(
  weights: NamedTensors,
  { width, heads, activation }: VitGeometry,
  part: 'attention' | 'perceptron',
  length: number,
): Promise<GraphRun> {
  const block = blockName(0);
  const plain = new PlainGraph(part, weights);
  const { graph } = plain;
  const input = graph.input('value', 'float32', ['rows', 'c']);
  const activate = (inner: string) => (activation === 'gelu' ? plain.gelu(inner) : plain.quickGelu(inner));
  const normed = plain.norm(input, `${block}${part === 'attention' ? 'ln_1' : 'ln_2'}`, EPSILON);
  const change =
    part === 'attention'
      ? plain.linear(
          plain.attention(normed, `${block}attn`, { length, width, heads }),
          `${block}attn.out_proj`,
        )
      : plain.linear(activate(plain.linear(normed, `${block}mlp.c_fc`)), `${block}mlp.c_proj`);
  graph.output('sum', 'float32', ['rows', 'c'], graph.node('Add', [input, change]));
  return GraphRun.prepare(graph);
}

/**
 * A vision transformer's features, computed block by block after the formulas, with the weights of half a block in memory.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns float32 [batch, embedding]
 */
export async function vitReference(
  weights: NamedTensors,
  vision: VitGeometry,
  pixels: Uint8Array,
  batch: number,
): Promise<Float32Array> {
  const { imageSize, patchSize, width, layers } = vision;
  const length = 1 + (imageSize / patchSize) ** 2;
  const shape = [batch * length, width];
  let value: Value = { data: await embed(weights, vision, pixels, batch), shape };
  const halves = [
    await half(weights, vision, 'attention', length),
    await half(weights, vision, 'perceptron', length),
  ];
  for (let index = 0; index < layers; index += 1) {
    const load = layerConstants(weights, blockName(0), blockName(index));
    for (const part of halves) value = { data: await part.run({ value }, 'sum', load), shape };
  }
  for (const part of halves) await part.release();
  const plain = new PlainGraph('project', weights);
  const { graph } = plain;
  const input = graph.input('value', 'float32', ['rows', 'c']);
  const token = graph.node('Gather', [graph.reshape(input, [batch, length, width]), graph.integers([0])], {
    attributes: { axis: 1 },
  });
  const normed = plain.norm(graph.reshape(token, [batch, width]), 'visual.ln_post', EPSILON);
  const visual = graph.node('MatMul', [normed, plain.tensor('visual.proj')]);
  graph.output('visual', 'float32', ['b', 'e'], visual);
  return runOnce(graph, { value }, 'visual');
}
