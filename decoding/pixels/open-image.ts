import sharp, { type Metadata, type Sharp } from 'sharp';
import { reasonOf } from '../../core/errors.ts';
import { ANY_IMAGE_FORMAT } from '../../core/exams/image-formats.ts';
import { ImageError } from '../errors.ts';
import { DECODED_FORMATS } from '../header/decoded-formats.ts';
import { imageKind, readHeader } from '../header/read-header.ts';
import { LARGEST_IMAGE_PIXELS } from '../limits.ts';
import { mendedJpeg, refuseDisplaced } from './sound-jpeg.ts';

/**
 * Sets up the decoder once for this process: one thread per picture, since pictures are decoded side by side, and no
 * cache, since none comes twice.
 */
export function configureDecoder(): void {
  sharp.concurrency(1);
  sharp.cache(false);
}

/**
 * Leaves libvips the loaders of the formats that are read, and no other, for the rest of this process: files with
 * code for SVG, PDF, GIF, HEIF or ImageMagick reach none of it, whatever they begin with.
 */
export function blockOtherLoaders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: Object.values(DECODED_FORMATS).map(({ loader }) => loader),
  });
}

/** A decoder's complaint as the reason that a photographer understands. */
export function imageErrorOf(error: unknown, bytes: Uint8Array): ImageError {
  if (error instanceof ImageError) return error;
  const detail = reasonOf(error);
  if (/pixel limit|too (?:large|big)|exceeds/i.test(detail)) {
    return new ImageError('image-too-large', `The picture has more than ${LARGEST_IMAGE_PIXELS} pixels.`, {
      cause: error,
    });
  }
  const isUnknown = /unsupported image format|unsupported codec|Input buffer (?:is empty|has|contains)/i;
  if (isUnknown.test(detail) && imageKind(bytes) === null) {
    return new ImageError('unreadable-file', `The file is no ${ANY_IMAGE_FORMAT} picture.`, {
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
  /** Whether the file brings a colour profile. */
  readonly hasProfile: boolean;
  /** Of the turned picture. */
  readonly width: number;
  readonly height: number;
  readonly format: string;
}

/** EXIF orientations 5 to 8 lie on their side. */
function isSideways({ orientation }: Metadata): boolean {
  return orientation !== undefined && orientation >= 5;
}

/** Depths of sensors whose levels come in 16 bits without being scaled to them. */
const SENSOR_BITS = [10, 12, 14] as const;

/** How many bits the levels of a 16-bit picture use, by its largest one: a sensor's levels are not always scaled. */
async function bitsInUse(image: Sharp): Promise<number> {
  const { channels } = await image.clone().removeAlpha().stats();
  const most = Math.max(...channels.map(({ max }) => max));
  return SENSOR_BITS.find((bits) => most < 2 ** bits) ?? 16;
}

/** The picture with 8 bits a channel, from a sensor's levels. */
async function scaledFrom(image: Sharp, bits: number): Promise<Sharp> {
  const { data, info } = await image
    .clone()
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const levels = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  const pixels = Uint8Array.from(levels, (level, index) => {
    // Alpha is scaled to all 16 bits.
    const isAlpha = info.channels % 2 === 0 && index % info.channels === info.channels - 1;
    return isAlpha ? level >> 8 : Math.min(255, level >> (bits - 8));
  });
  return sharp(pixels, { raw: info });
}

/**
 * Reads a picture's header and prepares its decoding. What the bytes are counts, not what the file is called. Whoever
 * opens a stranger's file calls `checkFile` before, and this in a process that may die.
 *
 * @param options `appliesProfile`: colours as the file's profile has them, for eyes. The model's reference reads the
 * numbers in the file as they are.
 * @throws ImageError
 */
export async function openImage(
  file: Uint8Array,
  { appliesProfile = false }: { readonly appliesProfile?: boolean } = {},
): Promise<OpenedImage> {
  const kind = imageKind(file);
  const bytes = kind === 'jpeg' ? mendedJpeg(file) : file;
  const image = sharp(bytes, {
    failOn: 'warning',
    limitInputPixels: LARGEST_IMAGE_PIXELS,
    sequentialRead: true,
    ignoreIcc: !appliesProfile,
    page: kind === 'tiff' ? (readHeader(file)?.page ?? 0) : 0,
    pages: 1,
  });
  try {
    const metadata = await image.metadata();
    const { format, width, height } = metadata;
    if (!Object.hasOwn(DECODED_FORMATS, format)) {
      throw new ImageError('unreadable-file', `The file is ${format}, not ${ANY_IMAGE_FORMAT}.`);
    }
    if (metadata.depth === 'float' || metadata.depth === 'double') {
      throw new ImageError(
        'unreadable-file',
        'The picture has levels of floating point, whose white is not told. Export it with 8 bits a channel.',
      );
    }
    const sideways = isSideways(metadata);
    const upright = image.autoOrient();
    const bits = metadata.depth === 'ushort' ? await bitsInUse(upright) : 16;
    return {
      image: bits < 16 ? await scaledFrom(upright, bits) : upright,
      bytes,
      hasAlpha: metadata.hasAlpha,
      hasProfile: metadata.icc !== undefined,
      width: sideways ? height : width,
      height: sideways ? width : height,
      format,
    };
  } catch (error) {
    throw imageErrorOf(error, bytes);
  }
}

/**
 * Opens a picture whose pixels a model is to see: what its decoder reads without a word is looked at once more.
 *
 * @throws ImageError
 */
export async function openWholeImage(file: Uint8Array): Promise<OpenedImage> {
  const opened = await openImage(file);
  if (opened.format === 'jpeg') refuseDisplaced(opened.bytes);
  return opened;
}

/** Keeps the colours as they are: resizing with transparency would give transparent ones no weight. */
export async function withoutAlpha(image: Sharp): Promise<Sharp> {
  const { data, info } = await image
    .clone()
    .removeAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: info });
}
