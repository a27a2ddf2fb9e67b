import { createHash } from 'node:crypto';
import type { Network } from './fit-network.ts';

/** Float32 in little-endian order, Base64: what `readNetwork` reads. */
function textOf({ mean, scale, hidden, hiddenBias, output, outputBias }: Network): string {
  const all = [mean, scale, hidden, hiddenBias, output, outputBias].flatMap((part) => [...part]);
  const bytes = Buffer.alloc(all.length * 4);
  for (const [place, value] of all.entries()) bytes.writeFloatLE(value, place * 4);
  return bytes.toString('base64');
}

/** The module that ships the weights of a network. */
export function weightsModule(network: Network): string {
  const text = textOf(network);
  return `/** Units of the hidden layer. */
export const UNITS = ${network.hiddenBias.length};

/** Written by bench/gate/train.ts; card.md says of what. SHA-256 ${createHash('sha256').update(text).digest('hex').slice(0, 16)}. */
export const WEIGHTS =
  '${text}';
`;
}
