import { fileURLToPath } from 'node:url';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { openRetClipWeights } from '../../checkpoint/open-retclip-weights.ts';
import { ModelError } from '../../errors.ts';
import { seededIndices } from '../../evaluation/bootstrap/random.ts';
import { floatsOf } from '../../runtime/vision-session.ts';
import { GraphBuilder } from '../graph-builder.ts';
import { readModel } from '../read-model.ts';
import { visionGraph } from '../vision-graph.ts';
import { encodeModel } from '../write-model.ts';
import { addGradients } from './derive.ts';
import { type GraphNode, nodesOf } from './graph-node.ts';

/** Random checkpoints that PyTorch wrote. */
const fixture = (name: string) =>
  fileURLToPath(new URL(`../../reference/pytorch/${name}.pt`, import.meta.url));
const draw = seededIndices(3);
const random = (length: number) => Float32Array.from({ length }, () => draw(2001) / 1000 - 1);

async function tower(name: 'mbconv' | 'vit', activation?: 'gelu') {
  const weights = await openRetClipWeights(fixture(name), {
    ...(name === 'vit' ? { visionHeads: 2 } : {}),
    ...(activation === undefined ? {} : { visionActivation: activation }),
  });
  const { vision, embedding } = weights.geometry;
  const content = await encodeModel(visionGraph(weights, 'fp32'));
  const graph = readModel(content);
  return { graph, embedding, size: vision.imageSize };
}

const sessionOf = async (graph: GraphBuilder) =>
  InferenceSession.create(await encodeModel(graph), { executionProviders: ['cpu'], logSeverityLevel: 3 });

/** The values that are asked about: before the last stride, or what the last block's keys and contents are made of. */
function askedValue(graph: GraphBuilder, name: 'mbconv' | 'vit'): string {
  const nodes = nodesOf(graph);
  if (name === 'mbconv') {
    const strided = ({ opType, attribute = [] }: GraphNode) =>
      opType === 'Conv' && attribute.some((one) => one.name === 'strides' && one.ints?.[0] === 2);
    return nodes.findLast(strided)?.input[0] ?? '';
  }
  const content = nodes.findLast(({ opType }) => opType === 'MultiHeadAttention')?.input[2] ?? '';
  const makerOf = (value: string) => nodes.find(({ output }) => output.includes(value));
  return makerOf(makerOf(content)?.input[0] ?? '')?.input[0] ?? '';
}

/** Adds an input to a value for all that read it as key or content; the class token's own way is left as it is. */
function withAddition(
  graph: GraphBuilder,
  value: string,
  shape: readonly number[],
  reads: (node: GraphNode) => boolean,
) {
  const added = graph.input('addition', 'float32', shape);
  const sum = {
    opType: 'Add',
    input: [value, added],
    output: ['with-addition'],
    name: 'addition',
    domain: '',
  };
  const at = nodesOf(graph).findIndex(({ output }) => output.includes(value));
  const changed = nodesOf(graph).map((node) =>
    reads(node) ? { ...node, input: node.input.map((one) => (one === value ? 'with-addition' : one)) } : node,
  );
  graph.nodes.splice(0, graph.nodes.length, ...changed.slice(0, at + 1), sum, ...changed.slice(at + 1));
}

describe.each([
  ['mbconv', undefined],
  ['vit', undefined],
  ['vit', 'gelu'],
] as const)('the gradient of a %s tower (%s)', (name, activation) => {
  it('is what finite differences find, for several sums at once', async () => {
    const { graph, embedding, size } = await tower(name, activation);
    const value = askedValue(graph, name);
    const pixels = new Tensor(
      'uint8',
      Uint8Array.from({ length: size * size * 3 }, (_, index) => (index * 7919) % 251),
      [1, size, size, 3],
    );
    const [first, second] = [random(embedding), random(embedding)];
    const weights = graph.input('weights', 'float32', ['sums', embedding]);
    const [gradient = ''] = addGradients(graph, 'visual', weights, [value]);
    graph.output('gradient', 'float32', [], gradient);
    graph.output('value', 'float32', [], value);
    const derived = await (await sessionOf(graph)).run({
      pixels,
      weights: new Tensor('float32', Float32Array.from([...first, ...second]), [2, embedding]),
    });
    const shape = [...(derived.value?.dims ?? [])];
    const found = floatsOf(derived, 'gradient');
    const length = shape.reduce((product, side) => product * side, 1);
    expect(found).toHaveLength(2 * length);

    const { graph: plain } = await tower(name, activation);
    const isTransformer = name === 'vit';
    withAddition(plain, value, shape, ({ opType, input }) =>
      isTransformer ? opType === 'Gemm' && input[0] === value : input.includes(value),
    );
    const session = await sessionOf(plain);
    const visual = async (addition: Float32Array) =>
      floatsOf(await session.run({ pixels, addition: new Tensor('float32', addition, shape) }), 'visual');
    // Half of the values, each the way in which the sum rises: what is found is far above what float32 rounds away.
    for (let direction = 0; direction < 4; direction += 1) {
      for (const [index, sum] of [first, second].entries()) {
        const own = found.subarray(index * length, (index + 1) * length);
        const step = own.map((part) => (draw(2) === 0 ? 0 : Math.sign(part) * 1e-3));
        const [up, down] = [await visual(step), await visual(step.map((part) => -part))];
        const rise =
          sum.reduce((total, weight, c) => total + weight * ((up[c] ?? 0) - (down[c] ?? 0)), 0) / 2;
        const told = step.reduce((total, part, at) => total + part * (own[at] ?? 0), 0);
        expect(told).toBeGreaterThan(0);
        expect(rise / told).toBeCloseTo(1, 2);
      }
    }
  });
});

it('is refused of a kind of node without a rule, and of a value that the output does not depend on', () => {
  const graph = new GraphBuilder('odd');
  const a = graph.input('a', 'float32', [1, 2]);
  const b = graph.input('b', 'float32', [1, 2]);
  graph.output('visual', 'float32', [1, 2], graph.node('Sin', [a]));
  const weights = graph.input('weights', 'float32', [1, 2]);
  expect(() => addGradients(graph, 'visual', weights, [a])).toThrow(ModelError);
  expect(() => addGradients(graph, 'visual', weights, [a])).toThrow(/Sin/);
  expect(() => addGradients(graph, 'visual', weights, [b])).toThrow(/does not depend on "b"/);
});
