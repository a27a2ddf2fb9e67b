import { DECODED_FORMATS } from './header/decoded-formats.ts';
import type { ImageHeader } from './header/image-header.ts';
import { LEAST_PROCESSOR_MILLISECONDS, PROCESSOR_TIMES_ESTIMATE } from './limits.ts';

/** What the decoding of one image is allowed, from what its header claims. */
export interface DecodingNeed {
  readonly bytes: number;
  /** Of the whole picture with 8 bits a channel, kept beside by those who want it whole. */
  readonly copyBytes: number;
  /** Processor time as it is estimated. */
  readonly milliseconds: number;
  /** Processor time after which it is ended. */
  readonly deadlineMilliseconds: number;
}

/** Rows in work, tables and buffers of any picture. */
const BASE_BYTES = 48 * 2 ** 20;
/** Of a file whose header does not tell its size. */
const UNKNOWN_BYTES = 256 * 2 ** 20;

/** Processor time of each block of 64 samples that a further scan passes, and of each byte of the file. */
const BLOCK_NANOSECONDS = 15;
const BYTE_NANOSECONDS = 20;

function estimatedNanoseconds(header: ImageHeader, fileBytes: number): number {
  const { kind, width, height, channels, bytesPerSample, scans, hasAlpha } = header;
  const pixels = width * height;
  const samples = Math.max(1, channels / 3) * bytesPerSample;
  const blocks = (pixels * channels) / 64;
  return (
    pixels * DECODED_FORMATS[kind].pixelNanoseconds * samples * (hasAlpha ? 2 : 1) +
    (scans - 1) * blocks * BLOCK_NANOSECONDS +
    fileBytes * BYTE_NANOSECONDS
  );
}

/**
 * Estimates what a file's decoding needs: the decoder's own buffers, one copy of the picture (it may have to be turned
 * upright), a second one where transparency is dropped, and the file itself.
 *
 * @param header `null` if it could not be read: then the decoder will find the same, within what is allowed to any file
 */
export function decodingNeed(header: ImageHeader | null, fileBytes: number): DecodingNeed {
  if (header === null) {
    const bytes = UNKNOWN_BYTES + fileBytes;
    return { bytes, copyBytes: 0, milliseconds: 0, deadlineMilliseconds: LEAST_PROCESSOR_MILLISECONDS };
  }
  const { width, height, channels, bytesPerSample, hasAlpha, workingBytes, metadataBytes } = header;
  const pixels = width * height;
  const copies = pixels * Math.max(channels, 3) * bytesPerSample + (hasAlpha ? pixels * 3 : 0);
  const milliseconds = Math.ceil(estimatedNanoseconds(header, fileBytes) / 1e6);
  return {
    bytes: BASE_BYTES + workingBytes + copies + 2 * metadataBytes + 3 * fileBytes,
    copyBytes: pixels * 3,
    milliseconds,
    deadlineMilliseconds: LEAST_PROCESSOR_MILLISECONDS + PROCESSOR_TIMES_ESTIMATE * milliseconds,
  };
}
