import type { RetClipWeights } from '../checkpoint/weights.ts';
import { freeBuffer } from '../free-buffer.ts';
import { GraphRun, runOnce, type Value } from './graph-run.ts';
import { layerConstants } from './layer-constants.ts';
import { PlainGraph } from './plain-graphs.ts';

const EPSILON = 1e-12;
/** What the reference adds to the scores of padding. */
const MASKED = -10_000;

/** Sums of word, position and type: [texts · length, width]. The table is looked up here, not copied into a graph. */
async function embed(weights: RetClipWeights, tokens: readonly BigInt64Array[]): Promise<Value> {
  const { width } = weights.geometry.text;
  const length = tokens[0]?.length ?? 0;
  const table = (name: string) => weights.read(`bert.embeddings.${name}_embeddings.weight`);
  const data = new Float32Array(tokens.length * length * width);
  const add = async (name: string, row: (text: number, place: number) => number): Promise<void> => {
    const values = await table(name);
    for (let text = 0; text < tokens.length; text += 1) {
      for (let place = 0; place < length; place += 1) {
        const from = row(text, place) * width;
        const to = (text * length + place) * width;
        for (let channel = 0; channel < width; channel += 1) {
          data[to + channel] = (data[to + channel] ?? 0) + (values[from + channel] ?? 0);
        }
      }
    }
    freeBuffer(values);
  };
  await add('word', (text, place) => Number(tokens[text]?.[place] ?? 0n));
  await add('position', (_text, place) => place);
  await add('token_type', () => 0);
  return { data, shape: [tokens.length * length, width] };
}

/** Name of a layer's tensors; the graphs are made of the first layer's. */
const layerName = (index: number) => `bert.encoder.layer.${index}.`;

function half(weights: RetClipWeights, part: 'attention' | 'perceptron', length: number): Promise<GraphRun> {
  const { width, heads } = weights.geometry.text;
  const name = layerName(0);
  const plain = new PlainGraph(part, weights);
  const { graph } = plain;
  const value = graph.input('value', 'float32', ['rows', 'c']);
  const result = (): string => {
    if (part === 'attention') {
      const mask = graph.input('mask', 'float32', ['b', 1, 1, 't']);
      const mixed = plain.attention(value, `${name}attention.self`, { length, width, heads }, mask);
      const sum = graph.node('Add', [plain.linear(mixed, `${name}attention.output.dense`), value]);
      return plain.norm(sum, `${name}attention.output.LayerNorm`, EPSILON);
    }
    const inner = plain.gelu(plain.linear(value, `${name}intermediate.dense`));
    const sum = graph.node('Add', [plain.linear(inner, `${name}output.dense`), value]);
    return plain.norm(sum, `${name}output.LayerNorm`, EPSILON);
  };
  graph.output('result', 'float32', ['rows', 'c'], result());
  return GraphRun.prepare(graph);
}

async function normedEmbeddings(weights: RetClipWeights, value: Value): Promise<Value> {
  const plain = new PlainGraph('embeddings', weights);
  const { graph } = plain;
  const input = graph.input('value', 'float32', ['rows', 'c']);
  graph.output('result', 'float32', ['rows', 'c'], plain.norm(input, 'bert.embeddings.LayerNorm', EPSILON));
  return { data: await runOnce(graph, { value }, 'result'), shape: value.shape };
}

/** Features of a batch of texts: float32 [texts, embedding] each. */
export interface TextReference {
  readonly patient: Float32Array;
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** The text tower's features, computed layer by layer after the formulas. */
export async function textReference(
  weights: RetClipWeights,
  tokens: readonly BigInt64Array[],
): Promise<TextReference> {
  const { text } = weights.geometry;
  const length = tokens[0]?.length ?? 0;
  const filled = tokens.flatMap((ids) => [...ids].map((id) => (id === 0n ? MASKED : 0)));
  const mask: Value = { data: Float32Array.from(filled), shape: [tokens.length, 1, 1, length] };
  let value = await normedEmbeddings(weights, await embed(weights, tokens));
  const { shape } = value;
  const attention = await half(weights, 'attention', length);
  const perceptron = await half(weights, 'perceptron', length);
  for (let index = 0; index < text.layers; index += 1) {
    const load = layerConstants(weights, layerName(0), layerName(index));
    value = { data: await attention.run({ value, mask }, 'result', load), shape };
    value = { data: await perceptron.run({ value }, 'result', load), shape };
  }
  await attention.release();
  await perceptron.release();
  const project = async (name: string): Promise<Float32Array> => {
    const plain = new PlainGraph(name, weights);
    const { graph } = plain;
    const input = graph.input('value', 'float32', ['rows', 'c']);
    const first = graph.node(
      'Gather',
      [graph.reshape(input, [tokens.length, length, text.width]), graph.integers([0])],
      { attributes: { axis: 1 } },
    );
    const token = graph.reshape(first, [tokens.length, text.width]);
    const active = graph.node('Relu', [plain.linear(token, `${name}.0`)]);
    graph.output('projected', 'float32', ['b', 'e'], plain.linear(active, `${name}.2`));
    return runOnce(graph, { value }, 'projected');
  };
  return {
    patient: await project('text_projection'),
    left: await project('text_projection_left'),
    right: await project('text_projection_right'),
  };
}
