import type { MbconvBlock, MbconvBody } from '../checkpoint/vision-geometry.ts';
import type { NamedTensors } from '../checkpoint/weights.ts';
import { FloatMbconvOperators } from './float-mbconv-operators.ts';
import { imagePlanes } from './image-planes.ts';
import type { Layers } from './layers.ts';
import type { MbconvOperators } from './mbconv-operators.ts';
import { QuantizedMbconvOperators } from './quantized-mbconv-operators.ts';
import { transpose } from './weight-encoding.ts';

function block<Value>(
  operators: MbconvOperators<Value>,
  value: Value,
  name: string,
  { stride, hidden, expands, input, output }: MbconvBlock,
): Value {
  const wide = expands ? operators.convolution(value, { name: `${name}.expand`, active: true }) : value;
  const depthwise = { name: `${name}.depthwise`, stride, groups: hidden, active: true };
  const filtered = operators.convolution(wide, depthwise);
  const narrow = operators.convolution(filtered, { name: `${name}.project`, active: false });
  return stride === 1 && input === output ? operators.add(narrow, value) : narrow;
}

function network<Value>(
  operators: MbconvOperators<Value>,
  planes: string,
  { blocks }: MbconvBody,
  prefix: string,
): string {
  let value = operators.stem(planes, { name: `${prefix}stem`, stride: 2, active: true });
  for (const [index, geometry] of blocks.entries()) {
    value = block(operators, value, `${prefix}blocks.${index}`, geometry);
  }
  return operators.pool(operators.convolution(value, { name: `${prefix}head`, active: true }));
}

/**
 * An MBConv tower, a network of inverted residuals, up to its pooled channels. In int8, all but the first convolution is computed in eight
 * bits whose ranges the batch norms tell, so that a picture's features do not depend on others.
 *
 * Source: Tan & Le, EfficientNet (arXiv 1905.11946), in its Lite form.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @param prefix what stands before every tensor's name
 * @returns [batch, pooled, 1, 1]
 */
export function mbconv(
  layers: Layers,
  pixels: string,
  tensors: NamedTensors,
  geometry: MbconvBody,
  prefix: string,
): string {
  const planes = imagePlanes(layers, pixels);
  const { batchNormEpsilon } = geometry;
  return layers.precision === 'int8'
    ? network(new QuantizedMbconvOperators(layers, tensors, batchNormEpsilon), planes, geometry, prefix)
    : network(new FloatMbconvOperators(layers, tensors, batchNormEpsilon), planes, geometry, prefix);
}

/** A linear layer behind pooled channels. */
export interface PooledProjection {
  /** Name of the matrix, [pooled, outputs]. */
  readonly weight: string;
  /** Name of the bias, [outputs], where there is one. */
  readonly bias: string | null;
  readonly outputs: number;
}

/**
 * Reads pooled channels by a linear layer. It is computed as a convolution, which takes picture by picture: a product of
 * matrices sums in another order for one picture than for several.
 *
 * @param pooled [batch, pooled, 1, 1]
 * @returns [batch, outputs]
 */
export function projectPooled(
  layers: Layers,
  pooled: string,
  tensors: NamedTensors,
  { weight, bias, outputs }: PooledProjection,
): string {
  const [inputs = 0] = tensors.shapes.get(weight) ?? [];
  const kernels = layers.constant(`${weight}:kernels`, [outputs, inputs, 1, 1], async () =>
    transpose(await tensors.read(weight), inputs, outputs),
  );
  const values = bias === null ? [pooled, kernels] : [pooled, kernels, layers.tensor(bias)];
  return layers.graph.reshape(layers.graph.node('Conv', values), [-1, outputs]);
}
