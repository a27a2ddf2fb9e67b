import type { ImageFormat } from '../../core/exams/image-formats.ts';

/** A photograph has a handful of chunks before its pixels; of an animation each picture is one. */
const MOST_CHUNKS = 10_000;
const SOS = 0xda;
const APP1 = 0xe1;
/** Before the block in a JPEG, and in the WebP of some writers. */
const PREFIX = 'Exif\0\0';

const BLOCKS: Readonly<Record<ImageFormat, (bytes: Buffer) => Buffer | null>> = {
  jpeg: jpegBlock,
  png: (bytes) => chunk(bytes, { name: 'eXIf', from: 8, isNameFirst: false }),
  tiff: (bytes) => bytes,
  webp: (bytes) => chunk(bytes, { name: 'EXIF', from: 12, isNameFirst: true }),
};

function withoutPrefix(block: Buffer): Buffer {
  return block.toString('latin1', 0, PREFIX.length) === PREFIX ? block.subarray(PREFIX.length) : block;
}

/** A PNG chunk has its size before its name and a checksum, a WebP chunk its size behind it and an even length. */
function chunk(
  bytes: Buffer,
  {
    name,
    from,
    isNameFirst,
  }: { readonly name: string; readonly from: number; readonly isNameFirst: boolean },
): Buffer | null {
  let at = from;
  for (let count = 0; at + 8 <= bytes.length && count < MOST_CHUNKS; count += 1) {
    const length = isNameFirst ? bytes.readUInt32LE(at + 4) : bytes.readUInt32BE(at);
    const nameAt = isNameFirst ? at : at + 4;
    if (bytes.toString('latin1', nameAt, nameAt + 4) === name) {
      return withoutPrefix(bytes.subarray(at + 8, at + 8 + length));
    }
    at += 8 + length + (isNameFirst ? length % 2 : 4);
  }
  return null;
}

function jpegBlock(bytes: Buffer): Buffer | null {
  for (let at = 2; at + 10 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1];
    const length = bytes.readUInt16BE(at + 2);
    if (marker === APP1 && bytes.toString('latin1', at + 4, at + 10) === PREFIX) {
      return bytes.subarray(at + 10, at + 2 + length);
    }
    if (marker === SOS) return null;
    at += 2 + Math.max(length, 2);
  }
  return null;
}

/**
 * Finds the Exif of a file, from its byte order on (CIPA DC-008; PNG 3rd edition, 11.3.4.6; RFC 9649, 2.7.1.4).
 *
 * @param bytes the file, or its head: what lies behind its end is not found
 * @returns `null` where there is none
 */
export function exifBlock(bytes: Buffer, format: ImageFormat): Buffer | null {
  return BLOCKS[format](bytes);
}
