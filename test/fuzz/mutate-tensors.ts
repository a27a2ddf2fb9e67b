import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';

/** Changes of a safetensors file that leave its header readable, so that what it says is what is tried. */
export function mutateTensors(seed: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  if (random.onceIn(3)) return mutateBytes(seed, random, others);
  const dataFrom = 8 + Number(seed.readBigUInt64LE());
  const header = Buffer.from(mutateJson(seed.toString('utf8', 8, dataFrom), random));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, seed.subarray(dataFrom)]);
}
