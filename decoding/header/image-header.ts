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
  /** Which page of a TIFF is read: the largest one, counted from 0. */
  readonly page?: number;
  /** Pages of a TIFF that are photographs of their own: neither thumbnails nor copies at a smaller scale. */
  readonly photographs?: number;
  /** Colour profiles, Exif, XMP and texts as they are once unpacked. */
  readonly metadataBytes: number;
  /** What the decoder holds besides rows: coefficients of a progressive JPEG, a strip or tile of a TIFF, a whole frame. */
  readonly workingBytes: number;
}
