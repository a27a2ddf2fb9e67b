import sharp, { type Metadata, type Sharp } from 'sharp';
import { ImageError } from './image-error.ts';

/** More than any fundus camera takes; a picture that claims more is a decompression bomb. */
export const LARGEST_IMAGE_PIXELS = 150_000_000;

const FORMATS: ReadonlySet<string> = new Set(['jpeg', 'png', 'tiff', 'webp']);

/**
 * Sets up the decoder once for this process: one thread per picture, since pictures are decoded side by side, and no
 * cache, since none comes twice.
 */
export function configureDecoder(): void {
  sharp.concurrency(1);
  sharp.cache(false);
}

/** What files of the formats begin with. */
const SIGNATURES: readonly (readonly [number, string])[] = [
  [0, 'ffd8ff'],
  [0, '89504e47'],
  [0, '49492a00'],
  [0, '4d4d002a'],
  [8, '57454250'],
];

/** `true` if the file begins as a photograph: then it is damaged rather than something else. */
function beginsAsPhotograph(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('hex');
  return SIGNATURES.some(([offset, signature]) => start.startsWith(signature, 2 * offset));
}

/** A decoder's complaint as the reason that a photographer understands. */
export function imageErrorOf(error: unknown, bytes: Uint8Array): ImageError {
  if (error instanceof ImageError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  if (/pixel limit|too (?:large|big)|exceeds/i.test(detail)) {
    return new ImageError('image-too-large', `The picture has more than ${LARGEST_IMAGE_PIXELS} pixels.`, {
      cause: error,
    });
  }
  const isUnknown = /unsupported image format|unsupported codec|Input buffer (?:is empty|has|contains)/i;
  if (isUnknown.test(detail) && !beginsAsPhotograph(bytes)) {
    return new ImageError('unreadable-file', 'The file is no JPEG, PNG, TIFF or WebP picture.', {
      cause: error,
    });
  }
  return new ImageError('truncated-file', `The picture is damaged: ${detail}`, { cause: error });
}

/** A picture whose header has been read. */
export interface OpenedImage {
  /** Turned as its EXIF orientation says, with nothing else done. */
  readonly image: Sharp;
  readonly bytes: Uint8Array;
  readonly hasAlpha: boolean;
  /** Of the turned picture. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** EXIF orientations 5 to 8 lie on their side. */
function isSideways({ orientation }: Metadata): boolean {
  return orientation !== undefined && orientation >= 5;
}

/**
 * Reads a picture's header and prepares its decoding. What the bytes are counts, not what the file is called.
 *
 * @throws ImageError
 */
export async function openImage(bytes: Uint8Array): Promise<OpenedImage> {
  if (bytes.byteLength === 0) throw new ImageError('unreadable-file', 'The file is empty.');
  const image = sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: LARGEST_IMAGE_PIXELS,
    sequentialRead: true,
    // The reference reads the numbers in the file as they are.
    ignoreIcc: true,
    pages: 1,
  });
  try {
    const metadata = await image.metadata();
    const { format, width, height } = metadata;
    if (!FORMATS.has(format)) {
      throw new ImageError('unreadable-file', `The file is ${format}, not JPEG, PNG, TIFF or WebP.`);
    }
    if (width * height > LARGEST_IMAGE_PIXELS) {
      throw new ImageError(
        'image-too-large',
        `The picture has ${width} × ${height} pixels; at most ${LARGEST_IMAGE_PIXELS} are read.`,
      );
    }
    const sideways = isSideways(metadata);
    return {
      image: image.autoOrient(),
      bytes,
      hasAlpha: metadata.hasAlpha,
      width: sideways ? height : width,
      height: sideways ? width : height,
      format,
    };
  } catch (error) {
    throw imageErrorOf(error, bytes);
  }
}
