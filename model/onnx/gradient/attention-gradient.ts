import { integerOf } from './graph-node.ts';
import type { Rule } from './rule.ts';

const SHARED_AXES = [0, 2, 1, 3];
const LAST_TWO = [0, 1, 3, 2];

/**
 * Attention of one query over keys and contents, without a mask: the gradient of keys and contents. The query is left out: in a
 * tower's last block it is the class token's, which lies at no place of the picture.
 */
export const attentionGradient: Rule = (operations, node, [gradient]) => {
  const { graph } = operations;
  const [query = '', key = '', content = ''] = node.input;
  if (gradient === undefined) return {};
  const heads = integerOf(node, 'num_heads', 1);
  // [batch, tokens, width] to [batch, heads, tokens, channels]
  const split = (value: string) => {
    const shape = graph.node(
      'Concat',
      [
        graph.node('Slice', [graph.node('Shape', [value]), graph.integers([0]), graph.integers([2])]),
        graph.integers([heads, -1]),
      ],
      { attributes: { axis: 0 } },
    );
    return operations.transpose(graph.node('Reshape', [value, shape]), SHARED_AXES);
  };
  const [queries, keys, contents, back] = [query, key, content, gradient].map(split) as [
    string,
    string,
    string,
    string,
  ];
  const channels = graph.node('Slice', [
    graph.node('Shape', [queries]),
    graph.integers([3]),
    graph.integers([4]),
  ]);
  const root = graph.node('Sqrt', [graph.node('Cast', [channels], { attributes: { to: 1 } })]);
  const scores = operations.divide(operations.product(queries, operations.transpose(keys, LAST_TWO)), root);
  const shares = graph.node('Softmax', [scores], { attributes: { axis: -1 } });
  const toShares = operations.product(back, operations.transpose(contents, LAST_TWO));
  const mean = operations.sum(operations.multiply(shares, toShares), -1, true);
  const toScores = operations.divide(operations.multiply(shares, operations.subtract(toShares, mean)), root);
  const join = (value: string, like: string) =>
    operations.shapedAs(operations.transpose(value, SHARED_AXES), like);
  const turned = (value: string) => operations.transpose(value, LAST_TWO);
  return {
    [key]: join(operations.product(turned(toScores), queries), key),
    [content]: join(operations.product(turned(shares), back), content),
  };
};
