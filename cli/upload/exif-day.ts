import readExif from 'exif-reader';

/** Of the Exif segment of a JPEG, the chunk of a PNG or a WebP, or a whole TIFF: what begins with the byte order. */
function exifBlock(head: Buffer, contentType: string): Buffer | null {
  if (contentType === 'image/tiff') return head;
  if (contentType === 'image/jpeg') return jpegBlock(head);
  const chunk = head.indexOf(contentType === 'image/png' ? 'eXIf' : 'EXIF', 12, 'latin1');
  if (chunk < 0) return null;
  // A WebP chunk has its size behind its name, a PNG chunk before it.
  return head.subarray(chunk + (contentType === 'image/png' ? 4 : 8));
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
export function exifDay(head: Buffer, contentType: string): string | null {
  const block = exifBlock(head, contentType);
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
