import { ModelError } from '../../errors.ts';
import { attentionGradient } from './attention-gradient.ts';
import { floatOf, type GraphNode, integerOf, integersOf } from './graph-node.ts';
import { normGradient } from './norm-gradient.ts';
import type { Operations } from './operations.ts';
import type { Rule } from './rule.ts';

/** A rule for a node with one output. */
type Simple = (operations: Operations, node: GraphNode, gradient: string) => Readonly<Record<string, string>>;

const simple =
  (rule: Simple): Rule =>
  (operations, node, [gradient]) =>
    gradient === undefined ? {} : rule(operations, node, gradient);

function input({ input: inputs, opType }: GraphNode, index: number): string {
  const name = inputs[index];
  if (name === undefined) throw new ModelError(`A node of the kind ${opType} lacks input ${index}.`);
  return name;
}

const convolution: Simple = (operations, node, gradient) => {
  const { graph } = operations;
  const [value, weight] = [input(node, 0), input(node, 1)];
  const sides = graph.initializers.find(({ name }) => name === weight)?.shape.slice(2) ?? [1, 1];
  const strides = integersOf(node, 'strides', [1, 1]);
  const pads = integersOf(node, 'pads', [0, 0, 0, 0]);
  const [side = 1] = sides;
  const [pad = 0] = pads;
  const group = integerOf(node, 'group', 1);
  // What a stride passes over at the end of a row belongs to the row as well.
  const added = strides.map((stride) => (operations.sideOf(value) + 2 * pad - side) % stride);
  const attributes = { kernel_shape: sides, pads, strides, group, output_padding: added };
  return { [value]: graph.node('ConvTranspose', [gradient, weight], { attributes }) };
};

const clip: Simple = (operations, node, gradient) => {
  const value = input(node, 0);
  const isOpen = operations.multiply(
    operations.above(value, input(node, 1)),
    operations.above(input(node, 2), value),
  );
  return { [value]: operations.multiply(gradient, isOpen) };
};

/** The mean over all positions: each has an equal share of the gradient. */
const meanOfPositions: Simple = (operations, node, gradient) => {
  const value = input(node, 0);
  const { graph } = operations;
  const shape = graph.node('Shape', [value]);
  const sides = graph.node('Slice', [shape, graph.integers([2]), graph.integers([4])]);
  const positions = graph.node('Cast', [graph.node('ReduceProd', [sides], { attributes: { keepdims: 0 } })], {
    attributes: { to: 1 },
  });
  const whole = graph.node('Concat', [graph.integers([1, 1]), sides], { attributes: { axis: 0 } });
  const each = graph.node('Expand', [operations.divide(operations.number(1), positions), whole]);
  return { [value]: operations.multiply(gradient, each) };
};

const linear: Simple = (operations, node, gradient) => {
  if (integerOf(node, 'transB', 0) !== 1) throw new ModelError('A linear layer is not stored by its rows.');
  return { [input(node, 0)]: operations.product(gradient, input(node, 1)) };
};

const product: Simple = (operations, node, gradient) => ({
  [input(node, 0)]: operations.product(gradient, operations.transpose(input(node, 1), [1, 0])),
});

const quickGelu: Simple = (operations, node, gradient) => {
  const value = input(node, 0);
  const scaled = operations.multiply(value, operations.number(floatOf(node, 'alpha', 1.702)));
  const share = operations.sigmoid(scaled);
  const rise = operations.multiply(scaled, operations.subtract(operations.number(1), share));
  const slope = operations.multiply(share, operations.add(operations.number(1), rise));
  return { [value]: operations.multiply(gradient, slope) };
};

/** x Φ(x): its slope is Φ(x) + x φ(x). */
const gelu: Simple = (operations, node, gradient) => {
  const { graph } = operations;
  const value = input(node, 0);
  const half = operations.number(0.5);
  const error = graph.node('Erf', [operations.multiply(value, operations.number(Math.SQRT1_2))]);
  const share = operations.add(half, operations.multiply(half, error));
  const square = operations.multiply(operations.multiply(value, value), operations.number(-0.5));
  const density = operations.multiply(
    graph.node('Exp', [square]),
    operations.number(1 / Math.sqrt(2 * Math.PI)),
  );
  const slope = operations.add(share, operations.multiply(value, density));
  return { [value]: operations.multiply(gradient, slope) };
};

/** The kinds of nodes that the towers consist of, as far as a score's gradient goes back. */
export const RULES: Readonly<Record<string, Rule>> = {
  Identity: simple((_, node, gradient) => ({ [input(node, 0)]: gradient })),
  Add: simple((_, node, gradient) => ({ [input(node, 0)]: gradient, [input(node, 1)]: gradient })),
  Reshape: simple((operations, node, gradient) => ({
    [input(node, 0)]: operations.shapedAs(gradient, input(node, 0)),
  })),
  Conv: simple(convolution),
  Clip: simple(clip),
  GlobalAveragePool: simple(meanOfPositions),
  Gemm: simple(linear),
  MatMul: simple(product),
  QuickGelu: simple(quickGelu),
  Gelu: simple(gelu),
  SkipLayerNormalization: normGradient,
  MultiHeadAttention: attentionGradient,
};
