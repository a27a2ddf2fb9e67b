import { writeFile } from 'node:fs/promises';
import { canonicalTensors } from '../model/checkpoint/canonical-tensors.ts';
import type { Geometry } from '../model/checkpoint/weights.ts';
import { Random } from '../phantoms/random.ts';

/** Logit scale at which the reference begins its training, as checkpoints hold it: a logarithm. */
const FIRST_LOGIT_SCALE = Math.log(90);

function fill(name: string, shape: readonly number[], random: Random): Float32Array {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  if (name.startsWith('logit_scale')) return data.fill(FIRST_LOGIT_SCALE);
  if (/(?:ln_\w+|LayerNorm)\.weight$/.test(name)) return data.fill(1);
  if (name.endsWith('.bias')) return data;
  // So scaled, a layer neither swells nor fades what goes through it.
  const inputs = shape.length === 1 ? (shape[0] ?? 1) : data.length / (shape[0] ?? 1);
  for (let index = 0; index < data.length; index += 1) data[index] = random.normal() / Math.sqrt(inputs);
  return data;
}

/**
 * Writes a checkpoint with random weights, as safetensors. The same seed gives the same file.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export async function writeRandomCheckpoint(file: string, geometry: Geometry, seed: string): Promise<void> {
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const { name, shape } of canonicalTensors(geometry)) {
    const { buffer } = fill(name, shape, new Random(seed, name));
    const end = offset + buffer.byteLength;
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] };
    parts.push(Buffer.from(buffer));
    offset = end;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, ...parts]));
}
