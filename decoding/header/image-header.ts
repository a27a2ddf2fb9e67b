/** Kinds of files that are decoded. Nothing else ever reaches a decoder. */
export type ImageKind = 'jpeg' | 'png' | 'tiff' | 'webp';

/** What a file claims of itself, and so what its decoding asks for. Nothing of it has been decoded. */
export interface ImageHeader {
  readonly kind: ImageKind;
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

/** What files of each kind begin with. */
const SIGNATURES: readonly (readonly [ImageKind, number, string])[] = [
  ['jpeg', 0, 'ffd8ff'],
  ['png', 0, '89504e470d0a1a0a'],
  ['tiff', 0, '49492a00'],
  ['tiff', 0, '4d4d002a'],
  // BigTIFF: offsets of 64 bits.
  ['tiff', 0, '49492b00'],
  ['tiff', 0, '4d4d002b'],
];

/**
 * Tells the kind of a file by its first bytes, whatever its name says.
 *
 * @returns `null` if it is none that is decoded
 */
export function imageKind(bytes: Uint8Array): ImageKind | null {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  const found = SIGNATURES.find(([, offset, signature]) => start.startsWith(signature, 2 * offset));
  if (found !== undefined) return found[0];
  // RIFF, its length, WEBP.
  return start.startsWith('52494646') && start.startsWith('57454250', 16) ? 'webp' : null;
}
