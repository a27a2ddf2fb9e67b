import type { ImageFormat } from '../../core/exams/image-formats.ts';
import { DECODED_FORMATS } from './decoded-formats.ts';
import type { ImageHeader } from './image-header.ts';

const PATTERNS = (Object.keys(DECODED_FORMATS) as ImageFormat[]).map(
  (format) => [format, new RegExp(`^(?:${DECODED_FORMATS[format].signatures.join('|')})`)] as const,
);

/**
 * Tells the format of a file by its first bytes, whatever its name says.
 *
 * @returns `null` if it is none that is decoded
 */
export function imageKind(bytes: Uint8Array): ImageFormat | null {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return PATTERNS.find(([, pattern]) => pattern.test(start))?.[0] ?? null;
}

/**
 * Reads what a file claims of itself, without decoding a pixel. Never throws, whatever the bytes are.
 *
 * @returns `null` if the file tells no size: it breaks off before, or is none of the kinds that are decoded
 * @example readHeader(await readFile('left.jpg'))?.scans // 1
 */
export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const kind = imageKind(bytes);
  if (kind === null) return null;
  return DECODED_FORMATS[kind].readHeader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
