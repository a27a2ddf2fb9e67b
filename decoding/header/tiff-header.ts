import { MOST_FRAMES } from '../limits.ts';
import type { ImageHeader } from './image-header.ts';
import { readDirectory, startOf, TiffReader } from './tiff-directory.ts';

/** Tags of TIFF 6.0, and of its technical notes on tiles. */
const TAGS = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  photometric: 262,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
} as const;
const PALETTE = 3;

/** The largest piece that is unpacked at once: a strip, or a row of tiles. */
function pieceBytes(
  first: ReadonlyMap<number, number>,
  width: number,
  height: number,
  bytesPerPixel: number,
) {
  const tileWidth = first.get(TAGS.tileWidth) ?? 0;
  const tileHeight = first.get(TAGS.tileHeight) ?? 0;
  if (tileWidth > 0 && tileHeight > 0) {
    const across = Math.ceil(width / tileWidth) * tileWidth;
    return across * tileHeight * bytesPerPixel;
  }
  const rows = Math.min(first.get(TAGS.rowsPerStrip) ?? height, height);
  return width * Math.max(rows, 1) * bytesPerPixel;
}

/** Reads what a TIFF claims: its first picture, as that is read, and how many follow (TIFF 6.0, section 2; BigTIFF). */
export function readTiffHeader(bytes: Buffer): ImageHeader | null {
  const reader = new TiffReader(bytes);
  const page = readDirectory(reader, startOf(reader));
  if (page === null) return null;
  let frames = 1;
  let metadataBytes = page.metadataBytes;
  // A chain that bites its own tail has no end.
  for (let at = page.next; at !== 0 && frames <= MOST_FRAMES; frames += 1) {
    const directory = readDirectory(reader, at);
    if (directory === null) break;
    metadataBytes += directory.metadataBytes;
    at = directory.next;
  }
  const { first } = page;
  const width = first.get(TAGS.width) ?? 0;
  const height = first.get(TAGS.height) ?? 0;
  if (width === 0 || height === 0) return null;
  const isPalette = first.get(TAGS.photometric) === PALETTE;
  const samples = isPalette ? 3 : Math.max(first.get(TAGS.samplesPerPixel) ?? 1, 1);
  const bytesPerSample = Math.max(1, Math.ceil((first.get(TAGS.bitsPerSample) ?? 1) / 8));
  return {
    kind: 'tiff',
    ...{ width, height, channels: samples, bytesPerSample, hasAlpha: samples === 2 || samples > 3 },
    ...{ scans: 1, frames, metadataBytes },
    // A piece as it is unpacked, and once more as its planes are put together.
    workingBytes: 2 * pieceBytes(first, width, height, samples * bytesPerSample),
  };
}
