/** Bytes of float32 numbers, without a copy. */
export function float32Bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Bytes of numbers rounded to float16. Magnitudes beyond its range become its largest. */
export function float16Bytes(values: Float32Array): Uint8Array {
  const halves = new Float16Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    halves[index] = Math.min(65_504, Math.max(-65_504, values[index] ?? 0));
  }
  return new Uint8Array(halves.buffer);
}

/** The transpose of a row-major matrix. Works in blocks that stay in the cache. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const block = 32;
  const result = new Float32Array(values.length);
  for (let top = 0; top < rows; top += block) {
    const bottom = Math.min(rows, top + block);
    for (let left = 0; left < columns; left += block) {
      const right = Math.min(columns, left + block);
      for (let row = top; row < bottom; row += 1) {
        for (let column = left; column < right; column += 1) {
          result[column * rows + row] = values[row * columns + column] ?? 0;
        }
      }
    }
  }
  return result;
}

/** A matrix [out, in] in 7 signed bits with one scale for each output. */
export interface QuantizedMatrix {
  /** Transposed: [in, out]. */
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Weights are kept within ±63: processors without VNNI multiply pairs into 16 bits, which full 8-bit weights would
 * overflow, and the result would depend on the processor.
 */
export const LARGEST_WEIGHT = 63;

/** Quantizes a linear layer's weights [out, in], symmetrically for each output. */
export function quantize(weights: Float32Array, outputs: number, inputs: number): QuantizedMatrix {
  const values = new Int8Array(weights.length);
  const scales = new Float32Array(outputs);
  for (let output = 0; output < outputs; output += 1) {
    const row = weights.subarray(output * inputs, (output + 1) * inputs);
    let largest = 0;
    for (const weight of row) largest = Math.max(largest, Math.abs(weight));
    const scale = largest === 0 ? 1 : largest / LARGEST_WEIGHT;
    scales[output] = scale;
    for (let input = 0; input < inputs; input += 1) {
      values[input * outputs + output] = Math.round((row[input] ?? 0) / scale);
    }
  }
  return { values, scales };
}
