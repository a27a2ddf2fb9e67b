import readExif from 'exif-reader';
import type { ImageFormat } from '../../core/exams/image-formats.ts';

/** Of a file's head, what begins with Exif's byte order; `null` where there is none. */
const EXIF_BLOCKS: Readonly<Record<ImageFormat, (head: Buffer) => Buffer | null>> = {
  jpeg: jpegBlock,
  // A PNG chunk has its size before its name, a WebP chunk behind it.
  png: (head) => chunkBehind(head, 'eXIf', 4),
  tiff: (head) => head,
  webp: (head) => chunkBehind(head, 'EXIF', 8),
};

function chunkBehind(head: Buffer, name: string, bytes: number): Buffer | null {
  const chunk = head.indexOf(name, 12, 'latin1');
  return chunk < 0 ? null : head.subarray(chunk + bytes);
}

function jpegBlock(head: Buffer): Buffer | null {
  for (let at = 2; at + 10 < head.length && head[at] === 0xff; ) {
    const marker = head[at + 1];
    const length = head.readUInt16BE(at + 2);
    if (marker === 0xe1 && head.toString('latin1', at + 4, at + 8) === 'Exif') {
      return head.subarray(at + 10, at + 2 + length);
    }
    if (marker === 0xda) return null;
    at += 2 + length;
  }
  return null;
}

/**
 * The day on which the camera took a photograph: Exif DateTimeOriginal, else DateTimeDigitized. The time of a file's
 * last change (DateTime) says nothing of the patient's visit.
 *
 * @param head of the file
 * @returns ISO day; `null` where the file does not tell
 */
export function exifDay(head: Buffer, format: ImageFormat): string | null {
  const block = EXIF_BLOCKS[format](head);
  if (block === null) return null;
  try {
    const { Photo } = readExif(block);
    const taken: unknown = Photo?.DateTimeOriginal ?? Photo?.DateTimeDigitized;
    if (!(taken instanceof Date) || Number.isNaN(taken.getTime())) return null;
    // A camera whose clock was never set says 1970, 1980 or 2000.
    return taken.getUTCFullYear() <= 2000 ? null : taken.toISOString().slice(0, 10);
  } catch {
    // A damaged header is no reason to refuse a photograph that can be decoded.
    return null;
  }
}
