import { LARGEST_WEIGHT } from './weight-encoding.ts';

/** A convolution's weights in 7 signed bits with one scale for each output, and its biases in 32. */
export interface QuantizedConvolution {
  readonly kernels: Int8Array;
  readonly scales: Float32Array;
  readonly biases: Int32Array;
}

/** Biases stay so small that adding products to them cannot leave 32 bits. */
const LARGEST_BIAS = 2 ** 30;
/** Float32 rounds relatively well down to here. */
const SMALLEST_SCALE = 2 ** -100;

/**
 * Quantizes kernels [out, …], symmetrically for each output.
 *
 * @param inputScale what one step of the incoming bytes stands for: biases are counted in products of both scales
 */
export function quantizeConvolution(
  kernels: Float64Array,
  biases: Float64Array,
  inputScale: number,
): QuantizedConvolution {
  const outputs = biases.length;
  const size = kernels.length / outputs;
  const result = {
    kernels: new Int8Array(kernels.length),
    scales: new Float32Array(outputs),
    biases: new Int32Array(outputs),
  };
  for (let output = 0; output < outputs; output += 1) {
    const bias = biases[output] ?? 0;
    let largest = 0;
    for (let place = output * size; place < (output + 1) * size; place += 1) {
      largest = Math.max(largest, Math.abs(kernels[place] ?? 0));
    }
    // A channel that training has given up has hardly any weights beside its bias.
    const least = Math.abs(bias) / (inputScale * LARGEST_BIAS);
    const scale = Math.fround(Math.max(largest / LARGEST_WEIGHT, least, SMALLEST_SCALE));
    result.scales[output] = scale;
    result.biases[output] = Math.round(bias / (scale * inputScale));
    for (let place = output * size; place < (output + 1) * size; place += 1) {
      result.kernels[place] = Math.round((kernels[place] ?? 0) / scale);
    }
  }
  return result;
}
