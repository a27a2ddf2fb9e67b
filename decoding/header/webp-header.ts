import type { ImageHeader } from './image-header.ts';

/** `RIFF`, its length, `WEBP`. */
const FILE_HEADER = 12;
const CHUNK_HEADER = 8;
/** A photograph has a handful; of an animation each picture is one. */
const MOST_CHUNKS = 10_000;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of a lossy picture (RFC 6386, 9.1): 14 bits each, behind the frame's tag and the start code. */
function lossySize(content: Buffer): Size | null {
  if (content.length < 10) return null;
  return { width: content.readUInt16LE(6) & 0x3fff, height: content.readUInt16LE(8) & 0x3fff };
}

/** Of a lossless picture (RFC 9649, 3.4): 14 bits each, less one, behind the signature. */
function losslessSize(content: Buffer): Size | null {
  if (content.length < 5) return null;
  const packed = content.readUInt32LE(1);
  return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
}

/** Of a canvas or a frame (RFC 9649, 2.7): 24 bits each, less one. */
function extendedSize(content: Buffer, at: number): Size | null {
  if (content.length < at + 6) return null;
  return { width: content.readUIntLE(at, 3) + 1, height: content.readUIntLE(at + 3, 3) + 1 };
}

/** Reads what a WebP claims: its largest size, its frames, its profile, Exif and XMP (RFC 9649). */
export function readWebpHeader(bytes: Buffer): ImageHeader | null {
  let width = 0;
  let height = 0;
  let frames = 0;
  let metadataBytes = 0;
  let hasAlpha = false;
  const grow = (size: Size | null) => {
    width = Math.max(width, size?.width ?? 0);
    height = Math.max(height, size?.height ?? 0);
  };
  let chunks = 0;
  for (let at = FILE_HEADER; at + CHUNK_HEADER <= bytes.length; chunks += 1) {
    if (chunks > MOST_CHUNKS) {
      metadataBytes = Number.POSITIVE_INFINITY;
      break;
    }
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    const content = bytes.subarray(at + CHUNK_HEADER, at + CHUNK_HEADER + length);
    if (name === 'VP8 ') grow(lossySize(content));
    if (name === 'VP8L') {
      grow(losslessSize(content));
      hasAlpha ||= ((content[4] ?? 0) & 0x10) !== 0;
    }
    if (name === 'VP8X') {
      grow(extendedSize(content, 4));
      hasAlpha ||= ((content[0] ?? 0) & 0x10) !== 0;
    }
    if (name === 'ANMF') {
      frames += 1;
      grow(extendedSize(content, 6));
      // A frame is blended onto the canvas.
      hasAlpha = true;
    }
    if (/^(?:ICCP|EXIF|XMP )$/.test(name)) metadataBytes += length;
    // Chunks are padded to an even length.
    at += CHUNK_HEADER + length + (length % 2);
  }
  if (width === 0 || height === 0) return null;
  const pixels = width * height;
  return {
    kind: 'webp',
    ...{ width, height, channels: hasAlpha ? 4 : 3, bytesPerSample: 1, hasAlpha },
    ...{ scans: 1, frames: Math.max(frames, 1), metadataBytes },
    // The whole picture in ARGB, and once more as it is handed over; an animation keeps two canvases besides.
    workingBytes: pixels * 4 * (frames > 0 ? 4 : 2),
  };
}
