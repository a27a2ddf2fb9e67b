import type { ImageFormat } from '../../core/exams/image-formats.ts';

/** What a file claims of itself, and so what its decoding asks for. Nothing of it has been decoded. */
export interface ImageHeader {
  readonly kind: ImageFormat;
  /** Of the picture that is read, in pixels, before it is turned upright. */
  readonly width: number;
  readonly height: number;
  /** Alpha and the black of CMYK included. */
  readonly channels: number;
  readonly bytesPerSample: number;
  readonly hasAlpha: boolean;
  /** Passes over the picture: a progressive JPEG has several. 1 for other kinds. */
  readonly scans: number;
  /** Pictures of an animation, pages of a TIFF. */
  readonly frames: number;
  /** Colour profiles, Exif, XMP and texts as they are once unpacked. */
  readonly metadataBytes: number;
  /** What the decoder holds besides rows: coefficients of a progressive JPEG, a strip or tile of a TIFF, a whole frame. */
  readonly workingBytes: number;
}

/** What files of each format begin with, in hexadecimal digits; a dot stands for any digit. */
const SIGNATURES: Readonly<Record<ImageFormat, readonly string[]>> = {
  jpeg: ['ffd8ff'],
  png: ['89504e470d0a1a0a'],
  // The last two are BigTIFF: offsets of 64 bits.
  tiff: ['49492a00', '4d4d002a', '49492b00', '4d4d002b'],
  // RIFF, its length, WEBP.
  webp: ['52494646........57454250'],
};
const PATTERNS = (Object.entries(SIGNATURES) as [ImageFormat, readonly string[]][]).map(
  ([format, signatures]) => [format, new RegExp(`^(?:${signatures.join('|')})`)] as const,
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
