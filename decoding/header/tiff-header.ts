import { MOST_FRAMES } from '../limits.ts';
import type { ImageHeader } from './image-header.ts';
import { type Directory, readDirectory, startOf, TiffReader } from './tiff-directory.ts';

/** Tags of TIFF 6.0, and of its technical notes on tiles. */
const TAGS = {
  newSubfileType: 254,
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

/** Bits of NewSubfileType: a copy at a smaller scale, a mask. */
const NO_PHOTOGRAPH = 0b101;
/** A page of less than this share of the largest one's pixels is a thumbnail or the next step of a pyramid. */
const LEAST_OF_LARGEST = 0.5;

function areaOf({ first }: Directory): number {
  return (first.get(TAGS.width) ?? 0) * (first.get(TAGS.height) ?? 0);
}

/**
 * Reads what a TIFF claims: its largest page, which is the one that is read, how many there are and how many of them are
 * photographs (TIFF 6.0, section 2; BigTIFF).
 */
export function readTiffHeader(bytes: Buffer): ImageHeader | null {
  const reader = new TiffReader(bytes);
  const pages: Directory[] = [];
  let frames = 0;
  // A chain that bites its own tail has no end.
  for (let at = startOf(reader); at !== 0 && frames <= MOST_FRAMES; ) {
    const directory = readDirectory(reader, at);
    if (directory === null) break;
    frames += 1;
    pages.push(directory);
    at = directory.next;
  }
  const areas = pages.map(areaOf);
  const largest = Math.max(0, ...areas);
  const page = areas.indexOf(largest);
  const first = pages[page]?.first;
  if (largest === 0 || first === undefined) return null;
  const photographs = pages.filter(
    (directory) =>
      areaOf(directory) >= LEAST_OF_LARGEST * largest &&
      ((directory.first.get(TAGS.newSubfileType) ?? 0) & NO_PHOTOGRAPH) === 0,
  ).length;
  const width = first.get(TAGS.width) ?? 0;
  const height = first.get(TAGS.height) ?? 0;
  const isPalette = first.get(TAGS.photometric) === PALETTE;
  const samples = isPalette ? 3 : Math.max(first.get(TAGS.samplesPerPixel) ?? 1, 1);
  const bytesPerSample = Math.max(1, Math.ceil((first.get(TAGS.bitsPerSample) ?? 1) / 8));
  return {
    kind: 'tiff',
    ...{ width, height, channels: samples, bytesPerSample, hasAlpha: samples === 2 || samples > 3 },
    ...{ scans: 1, frames, page, photographs },
    metadataBytes: pages.reduce((sum, { metadataBytes }) => sum + metadataBytes, 0),
    // A piece as it is unpacked, and once more as its planes are put together.
    workingBytes: 2 * pieceBytes(first, width, height, samples * bytesPerSample),
  };
}
