import type { StoredType } from './weights.ts';

/** Bytes of one element. */
export const ELEMENT_BYTES: Readonly<Record<StoredType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Number of elements of a shape; 1 for a scalar. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function bfloat16(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const halves = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2);
  const result = new Float32Array(halves.length);
  const bits = new Uint32Array(result.buffer);
  // A bfloat16 is the upper half of a float32.
  for (let index = 0; index < halves.length; index += 1) bits[index] = (halves[index] ?? 0) << 16;
  return result;
}

/**
 * Little-endian elements of any type as float32. A float32 input is not copied.
 *
 * @param bytes begins at a multiple of the element size in its buffer
 */
export function toFloat32(bytes: Uint8Array<ArrayBuffer>, type: StoredType): Float32Array<ArrayBuffer> {
  const { buffer, byteOffset } = bytes;
  const length = bytes.byteLength / ELEMENT_BYTES[type];
  switch (type) {
    case 'float32':
      return new Float32Array(buffer, byteOffset, length);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, length));
    case 'float16':
      return Float32Array.from(new Float16Array(buffer, byteOffset, length));
    case 'bfloat16':
      return bfloat16(bytes);
    case 'int64':
      return Float32Array.from(new BigInt64Array(buffer, byteOffset, length), Number);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, byteOffset, length));
    case 'int16':
      return Float32Array.from(new Int16Array(buffer, byteOffset, length));
    case 'int8':
      return Float32Array.from(new Int8Array(buffer, byteOffset, length));
    case 'uint8':
    case 'bool':
      return Float32Array.from(bytes);
  }
}
