import type { ImageFormat } from '../../core/exams/image-formats.ts';
import { type ImageHeader, imageKind } from './image-header.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';
import { readTiffHeader } from './tiff-header.ts';
import { readWebpHeader } from './webp-header.ts';

const READERS = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  tiff: readTiffHeader,
  webp: readWebpHeader,
} as const satisfies Readonly<Record<ImageFormat, unknown>>;

/**
 * Reads what a file claims of itself, without decoding a pixel. Never throws, whatever the bytes are.
 *
 * @returns `null` if the file tells no size: it breaks off before, or is none of the kinds that are decoded
 * @example readHeader(await readFile('left.jpg'))?.scans // 1
 */
export function readHeader(bytes: Uint8Array): ImageHeader | null {
  const kind = imageKind(bytes);
  return kind === null ? null : READERS[kind](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}
