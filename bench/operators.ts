import { parseArgs } from 'node:util';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { randomTensor } from '../model/checkpoint/random/random-tensor.ts';
import { canonicalTensors } from '../model/checkpoint/tensors/canonical-tensors.ts';
import { GEOMETRIES } from '../model/checkpoint/testing/geometries.ts';
import type { RetClipWeights } from '../model/checkpoint/weights.ts';
import { attention } from '../model/onnx/attention.ts';
import { GraphBuilder, MICROSOFT } from '../model/onnx/graph-builder.ts';
import { Layers, type Precision, wholeLinear } from '../model/onnx/layers.ts';
import { encodeModel } from '../model/onnx/write-model.ts';
import { PlainGraph } from '../model/reference/plain-graphs.ts';
import { bestProvider } from '../model/runtime/execution-provider.ts';
import { secondsOf, spreadText } from './figures.ts';

/**
 * One block of ViT-B/16's vision tower by fused operators against the same block by plain ones, alternating in one run:
 * `node bench/operators.ts [--batch 8] [--rounds 7] [--seconds 3]`.
 */
const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
  },
});
const geometry = GEOMETRIES.full;
const { width, heads, hidden } = geometry.vision;
const length = 1 + (geometry.vision.imageSize / geometry.vision.patchSize) ** 2;
const BLOCK = 'visual.transformer.resblocks.0';
const EPSILON = 1e-5;
const shapes = new Map(canonicalTensors(geometry).map(({ name, shape }) => [name, shape]));
const weights: RetClipWeights = {
  path: 'random',
  geometry,
  assumptions: [],
  storedType: 'float32',
  files: ['random'],
  shapes,
  read: async (name) => randomTensor('bench', name, shapes.get(name) ?? []),
  close: async () => undefined,
};

function plainBlock(): GraphBuilder {
  const plain = new PlainGraph('plain', weights);
  const { graph } = plain;
  const input = graph.input('x', 'float32', ['rows', width]);
  const attended = plain.attention(plain.norm(input, `${BLOCK}.ln_1`, EPSILON), `${BLOCK}.attn`, {
    length,
    width,
    heads,
  });
  const middle = graph.node('Add', [input, plain.linear(attended, `${BLOCK}.attn.out_proj`)]);
  const inner = plain.linear(plain.norm(middle, `${BLOCK}.ln_2`, EPSILON), `${BLOCK}.mlp.c_fc`);
  const change = plain.linear(plain.quickGelu(inner), `${BLOCK}.mlp.c_proj`);
  graph.output('y', 'float32', ['rows', width], graph.node('Add', [middle, change]));
  return graph;
}

function fusedBlock(precision: Precision): GraphBuilder {
  const graph = new GraphBuilder('fused');
  const layers = new Layers(graph, weights, precision);
  const given = graph.input('x', 'float32', ['rows', width]);
  const isHalf = precision === 'fp16';
  const input = isHalf ? graph.node('Cast', [given], { attributes: { to: 10 } }) : given;
  const normed = layers.norm(input, `${BLOCK}.ln_1`, EPSILON);
  const attended = attention(layers, normed, normed, length, { name: `${BLOCK}.attn`, width, heads, length });
  const projected = layers.linear(attended, wholeLinear(`${BLOCK}.attn.out_proj`, width, width));
  const middle = layers.addAndNorm(projected, input, `${BLOCK}.ln_2`, EPSILON);
  const inner = layers.linear(middle.normed, wholeLinear(`${BLOCK}.mlp.c_fc`, hidden, width));
  const active = graph.node('QuickGelu', [inner], {
    attributes: { alpha: { float: 1.702 } },
    domain: MICROSOFT,
  });
  const change = layers.linear(active, wholeLinear(`${BLOCK}.mlp.c_proj`, width, hidden));
  const sum = graph.node('Add', [middle.sum, change]);
  const result = isHalf ? graph.node('Cast', [sum], { attributes: { to: 1 } }) : sum;
  graph.output('y', 'float32', ['rows', width], result);
  return graph;
}

const provider = bestProvider();
const batch = Number(values.batch);
const data = randomTensor('bench', 'x', [batch * length, width]);
const feeds = { x: new Tensor('float32', data, [batch * length, width]) };
const variants = [
  { name: 'plain, fp32', graph: plainBlock() },
  { name: 'fused, fp32', graph: fusedBlock('fp32') },
  { name: 'fused, fp16', graph: fusedBlock('fp16') },
  { name: 'fused, int8', graph: fusedBlock('int8') },
];
const running: { name: string; session: InferenceSession; rates: number[]; output: Float32Array }[] = [];
for (const { name, graph } of variants) {
  const session = await InferenceSession.create(await encodeModel(graph), {
    executionProviders: provider === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const { y } = await session.run(feeds);
  running.push({ name, session, rates: [], output: Float32Array.from(y?.data as Float32Array) });
}
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const { session, rates } of running) {
    let runs = 0;
    const seconds = await secondsOf(async () => {
      const until = performance.now() + Number(values.seconds) * 1000;
      while (performance.now() < until) {
        await session.run(feeds);
        runs += 1;
      }
    });
    rates.push((runs * batch) / seconds);
  }
}
console.log(`${provider}, one block, ${batch} × ${length} tokens of ${width} channels`);
const [plain] = running;
for (const { name, rates, output } of running) {
  const ratios = rates.map((rate, round) => rate / (plain?.rates[round] ?? Number.NaN));
  let largest = 0;
  for (const [index, value] of output.entries()) {
    largest = Math.max(largest, Math.abs(value - (plain?.output[index] ?? Number.NaN)));
  }
  console.log(
    `${name.padEnd(12)} ${spreadText(rates, 1)} images/s, ratio ${spreadText(ratios, 2)}, differs by at most ${largest.toExponential(1)}`,
  );
}
