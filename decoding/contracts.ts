import { DecodingError } from './errors.ts';

/**
 * The ways in which a model's pixels are made. The pixels of each never change; other pixels are another contract.
 *
 * - `squash-bicubic-v1`: the whole picture, squashed to a square: what RET-CLIP's published weights were trained on.
 * - `field-bicubic-v1`: the round field alone, black around it: what a picture's frame is like does not matter.
 */
export const DECODING_CONTRACTS = ['squash-bicubic-v1', 'field-bicubic-v1'] as const;
export type DecodingContract = (typeof DECODING_CONTRACTS)[number];

/**
 * The contract that a bundle names.
 *
 * @throws DecodingError if this release does not know it
 */
export function decodingContract(id: string): DecodingContract {
  const known = DECODING_CONTRACTS.find((contract) => contract === id);
  if (known !== undefined) return known;
  throw new DecodingError(
    `The pre-processing "${id}" is none that this release knows (${DECODING_CONTRACTS.join(', ')}). Use the release that the model was made for.`,
  );
}
