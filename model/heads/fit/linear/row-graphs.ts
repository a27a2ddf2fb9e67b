import { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { ELEMENT_TYPES } from '../../../onnx/schema.ts';

/** What products and sums of a block are computed in. */
export type Arithmetic = 'float32' | 'float64';

const X = ['rows', 'dimensions'] as const;

function constant(graph: GraphBuilder, value: number, type: Arithmetic): string {
  const Numbers = type === 'float32' ? Float32Array : Float64Array;
  return graph.initializer(`number:${value}`, type, [], async () => new Uint8Array(Numbers.of(value).buffer));
}

/** log(1 + exp(score)); ONNX Runtime has the operator in float32 alone. */
function softplus(graph: GraphBuilder, scores: string, type: Arithmetic): string {
  if (type === 'float32') return graph.node('Softplus', [scores]);
  const decay = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [scores])])]);
  const rest = graph.node('Log', [graph.node('Add', [decay, constant(graph, 1, type)])]);
  return graph.node('Add', [graph.node('Max', [scores, constant(graph, 0, type)]), rest]);
}

/**
 * Losses and derivatives of one block of rows. Inputs `x` float32 [rows, dimensions], `weights` float32 [columns,
 * dimensions], `biases` float32 [columns], `codes` int8 [rows, columns]; outputs, summed over the rows, `losses` and
 * `bias_gradient` float32 [columns], `gradient` float32 [columns, dimensions]. In `float64` everything but `x` is of that
 * type.
 */
export function objectiveGraph(
  link: 'sigmoid' | 'softmax',
  width: number,
  type: Arithmetic = 'float32',
): GraphBuilder {
  const graph = new GraphBuilder(`objective:${link}:${width}:${type}`);
  const stored = graph.input('x', 'float32', X);
  const to = ELEMENT_TYPES[type];
  const x = type === 'float32' ? stored : graph.node('Cast', [stored], { attributes: { to } });
  const weights = graph.input('weights', type, ['columns', 'dimensions']);
  const biases = graph.input('biases', type, ['columns']);
  const codes = graph.input('codes', 'int8', ['rows', 'columns']);
  const numbers = graph.node('Cast', [codes], { attributes: { to } });
  const truth = graph.node('Relu', [numbers]);
  const one = constant(graph, 1, type);
  const counts = graph.node('Min', [graph.node('Add', [numbers, one]), one]);
  const scores = graph.node('Gemm', [x, weights, biases], { attributes: { transB: 1 } });
  let probabilities: string;
  let losses: string;
  if (link === 'sigmoid') {
    probabilities = graph.node('Sigmoid', [scores]);
    losses = graph.node('Sub', [softplus(graph, scores, type), graph.node('Mul', [truth, scores])]);
  } else {
    const perProblem = (operator: string): string =>
      graph.reshape(
        graph.node(operator, [graph.reshape(scores, [0, -1, width])], { attributes: { axis: 2 } }),
        [0, -1],
      );
    probabilities = perProblem('Softmax');
    losses = graph.node('Neg', [graph.node('Mul', [truth, perProblem('LogSoftmax')])]);
  }
  const residuals = graph.node('Mul', [graph.node('Sub', [probabilities, truth]), counts]);
  const total = (value: string): string =>
    graph.node('ReduceSum', [value, graph.integers([0])], { attributes: { keepdims: 0 } });
  graph.output('losses', type, ['columns'], total(graph.node('Mul', [losses, counts])));
  graph.output('bias_gradient', type, ['columns'], total(residuals));
  graph.output(
    'gradient',
    type,
    ['columns', 'dimensions'],
    graph.node('Gemm', [residuals, x], { attributes: { transA: 1 } }),
  );
  return graph;
}

/** `scores` float32 [rows, columns] of `x`, `weights` and `biases`, as in {@link objectiveGraph}. */
export function scoreGraph(): GraphBuilder {
  const graph = new GraphBuilder('scores');
  const x = graph.input('x', 'float32', X);
  const weights = graph.input('weights', 'float32', ['columns', 'dimensions']);
  const biases = graph.input('biases', 'float32', ['columns']);
  const scores = graph.node('Gemm', [x, weights, biases], { attributes: { transB: 1 } });
  graph.output('scores', 'float32', ['rows', 'columns'], scores);
  return graph;
}

/** `gram` float32 [dimensions, dimensions]: products of all pairs of channels of `x`, summed over the rows. */
export function gramGraph(): GraphBuilder {
  const graph = new GraphBuilder('gram');
  const x = graph.input('x', 'float32', X);
  const product = graph.node('Gemm', [x, x], { attributes: { transA: 1 } });
  graph.output('gram', 'float32', ['dimensions', 'dimensions'], product);
  return graph;
}
