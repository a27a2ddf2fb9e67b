import type { RetClipWeights } from '../checkpoint/weights.ts';
import { PlainGraph } from './plain-graphs.ts';
import { runOnce, type Value } from './run-once.ts';

const EPSILON = 1e-12;
/** What the reference adds to the scores of padding. */
const MASKED = -10_000;

/** Sums of word, position and type: [texts, length, width]. The table is looked up here, not copied into a graph. */
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
  };
  await add('word', (text, place) => Number(tokens[text]?.[place] ?? 0n));
  await add('position', (_text, place) => place);
  await add('token_type', () => 0);
  return { data, shape: [tokens.length, length, width] };
}

async function layer(
  weights: RetClipWeights,
  part: 'embeddings' | 'attention' | 'perceptron',
  index: number,
  inputs: Readonly<Record<'value' | 'mask', Value>>,
  scratch: string,
): Promise<Value> {
  const { width, heads } = weights.geometry.text;
  const [, length = 0] = inputs.value.shape;
  const name = `bert.encoder.layer.${index}`;
  const plain = new PlainGraph(part, weights);
  const { graph } = plain;
  const value = graph.input('value', 'float32', ['b', 't', 'c']);
  const feeds: Record<string, Value> = { value: inputs.value };
  const result = (): string => {
    if (part === 'embeddings') return plain.norm(value, 'bert.embeddings.LayerNorm', EPSILON);
    if (part === 'attention') {
      const mask = graph.input('mask', 'float32', ['b', 1, 1, 't']);
      feeds.mask = inputs.mask;
      const mixed = plain.attention(value, `${name}.attention.self`, { length, width, heads }, mask);
      const sum = graph.node('Add', [plain.linear(mixed, `${name}.attention.output.dense`), value]);
      return plain.norm(sum, `${name}.attention.output.LayerNorm`, EPSILON);
    }
    const inner = plain.gelu(plain.linear(value, `${name}.intermediate.dense`));
    const sum = graph.node('Add', [plain.linear(inner, `${name}.output.dense`), value]);
    return plain.norm(sum, `${name}.output.LayerNorm`, EPSILON);
  };
  graph.output('result', 'float32', ['b', 't', 'c'], result());
  return { data: await runOnce(graph, feeds, 'result', scratch), shape: inputs.value.shape };
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
  scratch: string,
): Promise<TextReference> {
  const { text } = weights.geometry;
  const length = tokens[0]?.length ?? 0;
  const filled = tokens.flatMap((ids) => [...ids].map((id) => (id === 0n ? MASKED : 0)));
  const mask: Value = { data: Float32Array.from(filled), shape: [tokens.length, 1, 1, length] };
  let value = await layer(weights, 'embeddings', 0, { value: await embed(weights, tokens), mask }, scratch);
  for (let index = 0; index < text.layers; index += 1) {
    value = await layer(weights, 'attention', index, { value, mask }, scratch);
    value = await layer(weights, 'perceptron', index, { value, mask }, scratch);
  }
  const project = async (name: string): Promise<Float32Array> => {
    const plain = new PlainGraph(name, weights);
    const { graph } = plain;
    const input = graph.input('value', 'float32', ['b', 't', 'c']);
    const first = graph.node('Gather', [input, graph.integers([0])], { attributes: { axis: 1 } });
    const token = graph.reshape(first, [tokens.length, text.width]);
    const active = graph.node('Relu', [plain.linear(token, `${name}.0`)]);
    graph.output('projected', 'float32', ['b', 'e'], plain.linear(active, `${name}.2`));
    return runOnce(graph, { value }, 'projected', scratch);
  };
  return {
    patient: await project('text_projection'),
    left: await project('text_projection_left'),
    right: await project('text_projection_right'),
  };
}
