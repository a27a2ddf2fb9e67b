import { ANY_IMAGE_FORMAT } from '../core/exams/image-formats.ts';
import { type DecodingNeed, decodingNeed } from './decoding-need.ts';
import { ImageError } from './errors.ts';
import type { ImageHeader } from './header/image-header.ts';
import { otherFormat } from './header/other-formats.ts';
import { imageKind, readHeader } from './header/read-header.ts';
import { LARGEST_IMAGE_PIXELS, MOST_FRAMES, MOST_METADATA_BYTES, MOST_SCANS } from './limits.ts';

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

/** @throws ImageError if the header claims what no photograph needs */
function checkHeader(header: ImageHeader): void {
  const { width, height, scans, frames, photographs, metadataBytes } = header;
  if (width * height > LARGEST_IMAGE_PIXELS) {
    throw new ImageError(
      'image-too-large',
      `The picture has ${width} × ${height} pixels; at most ${LARGEST_IMAGE_PIXELS} are read. Export it at its original size.`,
      { measured: { width, height, mostPixels: LARGEST_IMAGE_PIXELS } },
    );
  }
  if (scans > MOST_SCANS) {
    throw new ImageError(
      'too-many-scans',
      `The JPEG passes over its ${width} × ${height} pixels ${scans} times; at most ${MOST_SCANS} are read. Export it again as a plain JPEG.`,
      { measured: { scans, mostScans: MOST_SCANS, width, height } },
    );
  }
  if (frames > MOST_FRAMES) {
    throw new ImageError(
      'too-many-frames',
      `The file holds ${frames > MOST_FRAMES + 1 ? frames : `more than ${MOST_FRAMES}`} pictures; at most ${MOST_FRAMES} are read. Export the photograph alone.`,
      { measured: { frames, mostFrames: MOST_FRAMES } },
    );
  }
  if (photographs !== undefined && photographs > 1) {
    throw new ImageError(
      'too-many-frames',
      `The file holds ${photographs} photographs, and which eye each shows is not told. Export each photograph as a file of its own.`,
      { measured: { photographs, mostPhotographs: 1 } },
    );
  }
  if (metadataBytes > MOST_METADATA_BYTES) {
    throw new ImageError(
      'metadata-too-large',
      `The file has more than ${mebibytes(MOST_METADATA_BYTES)} MiB of colour profile, Exif, XMP and texts. Export it without them.`,
      { measured: { metadataBytes, mostMetadataBytes: MOST_METADATA_BYTES } },
    );
  }
}

/**
 * Looks at a file before any decoder does: whether it is a picture of a kind that is read, and within the limits.
 *
 * @param memoryBytes that decoders may need together
 * @returns what its decoding needs
 * @throws ImageError naming the bound that it exceeds
 * @example checkFile(await readFile('left.jpg'), 2 ** 30).bytes
 */
export function checkFile(bytes: Uint8Array, memoryBytes: number): DecodingNeed {
  if (bytes.byteLength === 0) throw new ImageError('unreadable-file', 'The file is empty.');
  if (imageKind(bytes) === null) {
    const other = otherFormat(bytes);
    throw new ImageError(
      'unreadable-file',
      other === null
        ? `The file is no ${ANY_IMAGE_FORMAT} picture.`
        : `The file is ${other}, which is not read. Export the photograph as JPEG.`,
    );
  }
  const header = readHeader(bytes);
  if (header !== null) checkHeader(header);
  const need = decodingNeed(header, bytes.byteLength);
  if (header !== null && need.bytes > memoryBytes) {
    throw new ImageError(
      'too-much-memory',
      `To decode its ${header.width} × ${header.height} pixels as this ${header.kind.toUpperCase()} takes ${mebibytes(need.bytes)} MiB; ${mebibytes(memoryBytes)} are allowed. Export it as a plain JPEG with 8 bits a channel, or allow more (RETCLIP_DECODING_MEMORY).`,
      { measured: { neededBytes: need.bytes, mostBytes: memoryBytes } },
    );
  }
  return need;
}
