import { MOST_FRAMES } from '../limits.ts';
import type { ImageHeader } from './image-header.ts';

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
/** Bytes of a value by its type, 1 to 18. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** A directory of 4096 entries is none of a photograph. */
const MOST_ENTRIES = 4_096;

/** Reads numbers of either byte order, and of TIFF and BigTIFF. 0 beyond the end of the file. */
class Reader {
  readonly isBig: boolean;
  readonly #bytes: Buffer;
  readonly #isLittle: boolean;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#isLittle = bytes[0] === 0x49;
    this.isBig = this.number(2, 2) === 43;
  }

  number(at: number, size: number): number {
    if (at < 0 || at + size > this.#bytes.length) return 0;
    if (size === 8) {
      return Number(this.#isLittle ? this.#bytes.readBigUInt64LE(at) : this.#bytes.readBigUInt64BE(at));
    }
    if (size === 0) return 0;
    return this.#isLittle ? this.#bytes.readUIntLE(at, size) : this.#bytes.readUIntBE(at, size);
  }

  get length(): number {
    return this.#bytes.length;
  }
}

interface Directory {
  readonly first: ReadonlyMap<number, number>;
  readonly metadataBytes: number;
  /** Where the next directory lies; 0 if there is none. */
  readonly next: number;
}

/** Reads the first value of each entry, and how large the entries are. */
function readDirectory(reader: Reader, at: number): Directory | null {
  const [countBytes, entryBytes, offsetBytes] = reader.isBig ? [8, 20, 8] : [2, 12, 4];
  const entries = reader.number(at, countBytes);
  if (entries === 0 || entries > MOST_ENTRIES || at + countBytes + entries * entryBytes > reader.length)
    return null;
  const first = new Map<number, number>();
  let metadataBytes = 0;
  for (let index = 0; index < entries; index += 1) {
    const entry = at + countBytes + index * entryBytes;
    const tag = reader.number(entry, 2);
    const typeBytes = TYPE_BYTES[reader.number(entry + 2, 2)] ?? 0;
    const count = reader.number(entry + 4, offsetBytes);
    const value = entry + 4 + offsetBytes;
    const isHere = count * typeBytes <= offsetBytes;
    const place = isHere ? value : reader.number(value, offsetBytes);
    first.set(tag, reader.number(place, Math.min(typeBytes, 8)));
    // What an entry claims beyond the end of the file is not there to be read.
    if (!isHere) metadataBytes += Math.max(0, Math.min(count * typeBytes, reader.length - place));
  }
  const next = at + countBytes + entries * entryBytes;
  return { first, metadataBytes, next: reader.number(next, offsetBytes) };
}

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
  const reader = new Reader(bytes);
  const start = reader.isBig ? reader.number(8, 8) : reader.number(4, 4);
  const page = readDirectory(reader, start);
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
