import type { ImageHeader } from './image-header.ts';

/** Markers of ITU-T T.81, table B.1. */
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const TEM = 0x01;
/** A photograph has some dozens of segments. A file with more than this hides something. */
const MOST_SEGMENTS = 100_000;
/** DHT, JPG and DAC lie among the markers of frames. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bytesPerSample: number;
  /** Samples of all components for each pixel: 3 without subsampling, 1.5 with 4:2:0. */
  readonly samplesPerPixel: number;
  readonly progressive: boolean;
}

interface Walk {
  readonly frame: Frame | null;
  readonly scans: number;
  readonly metadataBytes: number;
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

function readFrame(bytes: Buffer, at: number, marker: number): Frame | null {
  if (at + 8 > bytes.length) return null;
  const components = bytes[at + 7] ?? 0;
  if (components === 0 || at + 8 + 3 * components > bytes.length) return null;
  const factors = Array.from({ length: components }, (_, index) => {
    const packed = bytes[at + 9 + 3 * index] ?? 0x11;
    return { across: packed >> 4 || 1, down: packed & 15 || 1 };
  });
  const across = Math.max(...factors.map((factor) => factor.across));
  const down = Math.max(...factors.map((factor) => factor.down));
  const samples = factors.reduce((sum, factor) => sum + factor.across * factor.down, 0);
  return {
    width: bytes.readUInt16BE(at + 5),
    height: bytes.readUInt16BE(at + 3),
    components,
    bytesPerSample: (bytes[at + 2] ?? 8) > 8 ? 2 : 1,
    samplesPerPixel: samples / (across * down),
    // SOF2, SOF6, SOF10, SOF14.
    progressive: (marker & 3) === 2,
  };
}

/** Bytes looked at one by one before the next 0xff is searched for: a search costs as much as some dozens of them. */
const SEARCHED_AFTER = 16;

/** Where entropy-coded data ends: at a marker that is neither stuffed, nor filled, nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  const last = bytes.length - 1;
  let others = 0;
  for (let at = from; at < last; ) {
    if (bytes[at] !== 0xff) {
      others += 1;
      at += 1;
      if (others < SEARCHED_AFTER) continue;
      others = 0;
      at = bytes.indexOf(0xff, at);
      if (at < 0) break;
      continue;
    }
    others = 0;
    const marker = bytes[at + 1] ?? 0;
    if (marker !== 0 && marker !== 0xff && !isRestart(marker)) return at;
    at += marker === 0xff ? 1 : 2;
  }
  return bytes.length;
}

/** Walks the segments as a decoder does: bytes between them are passed over, and what follows the end is not read. */
function walk(bytes: Buffer): Walk {
  let frame: Frame | null = null;
  let scans = 0;
  let metadataBytes = 0;
  let segments = 0;
  for (let at = 2; ; segments += 1) {
    if (segments > MOST_SEGMENTS) return { frame, scans, metadataBytes: Number.POSITIVE_INFINITY };
    const start = bytes.indexOf(0xff, at);
    if (start < 0 || start + 1 >= bytes.length) break;
    const marker = bytes[start + 1] ?? 0;
    if (marker === EOI) break;
    if (marker === 0xff || marker === 0 || marker === SOI || marker === TEM || isRestart(marker)) {
      // Fill bytes come before a marker; the others have no content.
      at = marker === 0xff ? start + 1 : start + 2;
      continue;
    }
    if (start + 4 > bytes.length) break;
    const length = bytes.readUInt16BE(start + 2);
    const end = start + 2 + Math.max(length, 2);
    if (marker === SOS) {
      scans += 1;
      at = endOfScan(bytes, end);
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker))
      frame ??= readFrame(bytes, start + 2, marker);
    // APPn and comments.
    if (marker >= 0xe0) metadataBytes += length;
    at = end;
  }
  return { frame, scans, metadataBytes };
}

/** Reads what a JPEG claims: its frame, and each start of a scan up to its end (ITU-T T.81, B.1). */
export function readJpegHeader(bytes: Buffer): ImageHeader | null {
  const { frame, scans, metadataBytes } = walk(bytes);
  if (frame === null || frame.width === 0 || frame.height === 0) return null;
  const { width, height, components, bytesPerSample, samplesPerPixel, progressive } = frame;
  // A decoder of several scans keeps all coefficients, of 16 bits each.
  const isBuffered = progressive || scans > 1;
  return {
    kind: 'jpeg',
    ...{ width, height, channels: components, bytesPerSample, hasAlpha: false },
    ...{ scans: Math.max(scans, 1), frames: 1, metadataBytes },
    workingBytes: isBuffered ? Math.ceil(width * height * samplesPerPixel * 2) : 0,
  };
}
