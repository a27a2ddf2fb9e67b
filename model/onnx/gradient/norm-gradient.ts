import { floatOf } from './graph-node.ts';
import type { Rule } from './rule.ts';

/**
 * LayerNorm of a sum. With x̂ the normalised sum and g = γ · gradient, the sum's gradient is
 * (g − mean(g) − x̂ · mean(g · x̂)) / deviation, beside what comes by the sum itself.
 */
export const normGradient: Rule = (operations, node, [normed, , , sum]) => {
  const [value = '', skip = '', weight = ''] = node.input;
  const total = node.output[3] ?? '';
  if (normed === undefined) return sum === undefined ? {} : { [value]: sum, [skip]: sum };
  const centred = operations.subtract(total, operations.mean(total));
  const variance = operations.mean(operations.multiply(centred, centred));
  const deviation = operations.graph.node('Sqrt', [
    operations.add(variance, operations.number(floatOf(node, 'epsilon', 1e-12))),
  ]);
  const standard = operations.divide(centred, deviation);
  const scaled = operations.multiply(normed, weight);
  const along = operations.mean(operations.multiply(scaled, standard));
  const across = operations.subtract(
    operations.subtract(scaled, operations.mean(scaled)),
    operations.multiply(standard, along),
  );
  const back = operations.divide(across, deviation);
  const gradient = sum === undefined ? back : operations.add(back, sum);
  return { [value]: gradient, [skip]: gradient };
};
