import { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { ELEMENT_TYPES } from '../../../onnx/schema.ts';

const X = ['rows', 'dimensions'] as const;

function constant(graph: GraphBuilder, value: number): string {
  return graph.initializer(
    `number:${value}`,
    'float32',
    [],
    async () => new Uint8Array(Float32Array.of(value).buffer),
  );
}

/**
 * Losses and derivatives of one block of rows. Inputs `x` float32 [rows, dimensions], `weights` float32 [columns,
 * dimensions], `biases` float32 [columns], `codes` int8 [rows, columns]; outputs, summed over the rows, `losses` and
 * `bias_gradient` float32 [columns], `gradient` float32 [columns, dimensions].
 */
export function objectiveGraph(link: 'sigmoid' | 'softmax', width: number): GraphBuilder {
  const graph = new GraphBuilder(`objective:${link}:${width}`);
  const x = graph.input('x', 'float32', X);
  const weights = graph.input('weights', 'float32', ['columns', 'dimensions']);
  const biases = graph.input('biases', 'float32', ['columns']);
  const codes = graph.input('codes', 'int8', ['rows', 'columns']);
  const numbers = graph.node('Cast', [codes], { attributes: { to: ELEMENT_TYPES.float32 } });
  const truth = graph.node('Relu', [numbers]);
  const one = constant(graph, 1);
  const counts = graph.node('Min', [graph.node('Add', [numbers, one]), one]);
  const scores = graph.node('Gemm', [x, weights, biases], { attributes: { transB: 1 } });
  let probabilities: string;
  let losses: string;
  if (link === 'sigmoid') {
    probabilities = graph.node('Sigmoid', [scores]);
    losses = graph.node('Sub', [graph.node('Softplus', [scores]), graph.node('Mul', [truth, scores])]);
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
  graph.output('losses', 'float32', ['columns'], total(graph.node('Mul', [losses, counts])));
  graph.output('bias_gradient', 'float32', ['columns'], total(residuals));
  graph.output(
    'gradient',
    'float32',
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
