import { inflateSync } from 'node:zlib';
import { MOST_METADATA_BYTES } from '../limits.ts';
import type { ImageHeader } from './image-header.ts';

/** Channels by colour type; a palette becomes red, green, blue. */
const CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 3],
  [4, 2],
  [6, 4],
]);
/** Chunks that are not part of the picture, as they are named in the file. */
const METADATA: ReadonlyMap<number, string> = new Map(
  ['iCCP', 'iTXt', 'zTXt', 'tEXt', 'eXIf', 'sPLT'].map((name) => [Buffer.from(name).readUInt32BE(), name]),
);
const IEND = Buffer.from('IEND').readUInt32BE();
const ACTL = Buffer.from('acTL').readUInt32BE();
const TRNS = Buffer.from('tRNS').readUInt32BE();
/** A photograph has a handful. */
const MOST_METADATA_CHUNKS = 1_000;
const SIGNATURE_BYTES = 8;
/** Length, name and checksum. */
const CHUNK_FRAME = 12;

/** Where the compressed part of a chunk begins; `null` if it has none. */
function compressedFrom(name: string, content: Buffer): number | null {
  const nameEnd = content.indexOf(0);
  if (nameEnd < 0) return null;
  // A name, the method of compression, the data.
  if (name === 'iCCP' || name === 'zTXt') return nameEnd + 2;
  if (name !== 'iTXt' || content[nameEnd + 1] !== 1) return null;
  const language = content.indexOf(0, nameEnd + 3);
  const keyword = language < 0 ? -1 : content.indexOf(0, language + 1);
  return keyword < 0 ? null : keyword + 1;
}

/** Bytes of a chunk once unpacked. What unpacks to more than is permitted counts as more than that. */
function unpackedBytes(name: string, content: Buffer, most: number): number {
  const from = compressedFrom(name, content);
  if (from === null || most <= 0) return content.length;
  try {
    return from + inflateSync(content.subarray(from), { maxOutputLength: most }).length;
  } catch (error) {
    const isLarger =
      error instanceof RangeError || (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    return isLarger ? from + most + 1 : content.length;
  }
}

/** Reads what a PNG claims: its IHDR, its frames and what its texts and profile unpack to (PNG 3rd edition, 5 and 11). */
export function readPngHeader(bytes: Buffer): ImageHeader | null {
  if (bytes.length < SIGNATURE_BYTES + CHUNK_FRAME + 13) return null;
  if (bytes.toString('latin1', 12, 16) !== 'IHDR') return null;
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const [depth = 8, colourType = 2] = bytes.subarray(24, 26);
  const isInterlaced = bytes[28] === 1;
  let frames = 1;
  let metadataBytes = 0;
  let chunks = 0;
  let isTransparent = false;
  for (let at = SIGNATURE_BYTES; at + CHUNK_FRAME <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.readUInt32BE(at + 4);
    if (name === IEND) break;
    const content = () => bytes.subarray(at + 8, at + 8 + length);
    if (name === ACTL && length >= 4 && at + 12 <= bytes.length)
      frames = Math.max(frames, bytes.readUInt32BE(at + 8));
    if (name === TRNS) isTransparent = true;
    const metadata = METADATA.get(name);
    if (metadata !== undefined) {
      chunks += 1;
      metadataBytes +=
        chunks > MOST_METADATA_CHUNKS
          ? MOST_METADATA_BYTES
          : unpackedBytes(metadata, content(), MOST_METADATA_BYTES - metadataBytes);
    }
    at += CHUNK_FRAME + length;
  }
  if (width === 0 || height === 0) return null;
  const hasAlpha = colourType >= 4 || isTransparent;
  const channels = (CHANNELS.get(colourType) ?? 4) + (isTransparent ? 1 : 0);
  const bytesPerSample = depth > 8 ? 2 : 1;
  return {
    kind: 'png',
    ...{ width, height, channels, bytesPerSample, hasAlpha, scans: 1, frames, metadataBytes },
    // The passes of an interlaced picture each touch all of it.
    workingBytes: isInterlaced ? width * height * channels * bytesPerSample : 0,
  };
}
