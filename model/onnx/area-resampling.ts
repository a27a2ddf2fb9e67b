import type { GraphBuilder } from './graph-builder.ts';
import { float32Bytes, transpose } from './weight-encoding.ts';

/**
 * How much each of `from` pixels in a row counts in each of `to` fewer ones: its share of the larger pixel's area.
 *
 * @returns float32 [to, from]; every row sums to 1
 */
export function areaWeights(from: number, to: number): Float32Array {
  const weights = new Float32Array(to * from);
  const extent = from / to;
  for (let target = 0; target < to; target += 1) {
    const begin = target * extent;
    const end = begin + extent;
    for (let source = Math.floor(begin); source < Math.min(from, Math.ceil(end)); source += 1) {
      const overlap = Math.min(end, source + 1) - Math.max(begin, source);
      weights[target * from + source] = Math.max(0, overlap) / extent;
    }
  }
  return weights;
}

/**
 * Makes square pictures smaller, each new pixel the mean of the area that it covers.
 *
 * @param pictures float32 [batch, channels, from, from]
 * @returns float32 [batch, channels, to, to]
 */
export function resampleArea(graph: GraphBuilder, images: string, from: number, to: number): string {
  if (from === to) return images;
  const block = from / to;
  if (Number.isInteger(block)) {
    return graph.node('AveragePool', [images], {
      attributes: { kernel_shape: [block, block], strides: [block, block] },
    });
  }
  const weights = areaWeights(from, to);
  const rows = graph.initializer(`area:${from}:${to}`, 'float32', [to, from], async () =>
    float32Bytes(Float32Array.from(weights)),
  );
  const columns = graph.initializer(`area:${from}:${to}:transposed`, 'float32', [from, to], async () =>
    float32Bytes(transpose(weights, to, from)),
  );
  return graph.node('MatMul', [graph.node('MatMul', [rows, images]), columns]);
}
