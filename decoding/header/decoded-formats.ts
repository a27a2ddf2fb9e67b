import type { ImageFormat } from '../../core/exams/image-formats.ts';
import type { ImageHeader } from './image-header.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { readPngHeader } from './png-header.ts';
import { readTiffHeader } from './tiff-header.ts';
import { readWebpHeader } from './webp-header.ts';

/** What decoding knows of a format. */
interface DecodedFormat {
  /** What its files begin with, in hexadecimal digits; a dot stands for any digit. */
  readonly signatures: readonly string[];
  readonly readHeader: (bytes: Buffer) => ImageHeader | null;
  /** Processor time of a pixel in nanoseconds: decoding and shrinking, measured by `bench/decoding.ts` and rounded up. */
  readonly pixelNanoseconds: number;
  /** What libvips calls its loader. */
  readonly loader: string;
}

/** The formats that are decoded: the one place that a new format is added to, besides the formats of images in core. */
export const DECODED_FORMATS: Readonly<Record<ImageFormat, DecodedFormat>> = {
  jpeg: {
    signatures: ['ffd8ff'],
    readHeader: readJpegHeader,
    pixelNanoseconds: 20,
    loader: 'VipsForeignLoadJpegBuffer',
  },
  png: {
    signatures: ['89504e470d0a1a0a'],
    readHeader: readPngHeader,
    pixelNanoseconds: 40,
    loader: 'VipsForeignLoadPngBuffer',
  },
  tiff: {
    // The last two are BigTIFF: offsets of 64 bits.
    signatures: ['49492a00', '4d4d002a', '49492b00', '4d4d002b'],
    readHeader: readTiffHeader,
    pixelNanoseconds: 30,
    loader: 'VipsForeignLoadTiffBuffer',
  },
  webp: {
    // RIFF, its length, WEBP.
    signatures: ['52494646........57454250'],
    readHeader: readWebpHeader,
    pixelNanoseconds: 40,
    loader: 'VipsForeignLoadWebpBuffer',
  },
};
