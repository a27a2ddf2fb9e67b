import { open } from 'node:fs/promises';
import { safetensorsHeader } from '../../../core/tensors/safetensors.ts';
import { type CheckpointVariant, storedTensors } from './checkpoint-variant.ts';

/** Values as a file holds them, in the byte order of the machine: little-endian. */
export function bytesOf(values: Float32Array<ArrayBuffer>, type: 'float32' | 'float16'): Uint8Array {
  const stored = type === 'float16' ? Float16Array.from(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}

/**
 * Writes a checkpoint with random weights as safetensors. Only one tensor at a time is in memory.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export async function writeSafetensorsCheckpoint(path: string, variant: CheckpointVariant): Promise<void> {
  const { type = 'float32' } = variant;
  const tensors = storedTensors(variant);
  const outlines = tensors.map(({ name, shape }) => ({
    name,
    shape,
    type: type === 'float16' ? 'F16' : 'F32',
  }));
  const file = await open(path, 'w');
  try {
    await file.writeFile(safetensorsHeader(outlines));
    for (const tensor of tensors) await file.writeFile(bytesOf(tensor.values(), type));
  } finally {
    await file.close();
  }
}
