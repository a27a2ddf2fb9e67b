import { createHash } from 'node:crypto';

export function bytes(text: string): Uint8Array {
  return Buffer.from(text);
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Content that no compression or repetition of blocks can hide a fault in; the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const content = Buffer.allocUnsafe(length);
  let state = seed >>> 0 || 1;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    content[index] = state >>> 24;
  }
  return content;
}
