import type { NamedTensors } from '../checkpoint/weights.ts';
import { float32Bytes } from '../onnx/weight-encoding.ts';
import type { LoadConstant } from './graph-run.ts';

/** Feeds a graph that was made of one layer's tensors with another layer's. */
export function layerConstants(weights: NamedTensors, madeOf: string, layer: string): LoadConstant {
  return async (constant) =>
    constant.name.startsWith(madeOf)
      ? float32Bytes(await weights.read(`${layer}${constant.name.slice(madeOf.length)}`))
      : constant.load();
}
