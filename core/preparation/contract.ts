import { createHash } from 'node:crypto';
import type { ModelInput } from '../activation/active-model.ts';
import { DECODER_VERSIONS, FIELD_FINDER, FIELD_OF_VIEW, GATE } from './release.ts';

/** What of a model decides how images are prepared for it. */
export interface PreparedFor extends ModelInput {
  /** Id of the pre-processing contract. */
  readonly preprocessing: string;
}

/**
 * Names the contract under which images are prepared: the hash of everything that makes pixels and quality. Another
 * resizing, size, gate, field finder, detector or decoder is another contract, and so new work.
 *
 * @returns 32 hexadecimal digits of a SHA-256
 * @example contractOf({ preprocessing: 'squash-bicubic-v1', imageSize: 224, detector: null })
 */
export function contractOf({ preprocessing, imageSize, detector }: PreparedFor): string {
  const decoders = Object.entries(DECODER_VERSIONS).sort(([a], [b]) => (a < b ? -1 : 1));
  const cut = preprocessing === 'squash-bicubic-v1' ? [] : [FIELD_OF_VIEW];
  const parts = ['preparation/3', preprocessing, ...cut, imageSize, GATE, FIELD_FINDER, detector, decoders];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
