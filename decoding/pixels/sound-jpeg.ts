import sharp from 'sharp';
import { ImageError } from '../errors.ts';
import { LARGEST_IMAGE_PIXELS } from '../limits.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Frames of a single pass: baseline and extended sequential, Huffman coded. */
const SEQUENTIAL: ReadonlySet<number> = new Set([0xc0, 0xc1]);
/** DHT, JPG and DAC lie among the markers of frames. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const MOST_SEGMENTS = 1_000;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the data is binary.
const NEXT_MARKER = /\xff[^\x00\xff\xd0-\xd7]/g;

interface Layout {
  /** Segments before the pixels, from marker to end. */
  readonly segments: readonly (readonly [number, number])[];
  readonly isSequential: boolean;
  /** Of the first scan's parameters. */
  readonly scan: { readonly at: number; readonly components: number; readonly end: number };
  /** Components of the frame. */
  readonly components: number;
  /** Where the first scan's pixels end. */
  readonly pixelsEnd: number;
  readonly endMarker: number | undefined;
}

/** Where the parts of a JPEG lie up to the end of its first scan (ITU-T T.81, B.2); `null` if it breaks off before. */
function layoutOf(bytes: Buffer): Layout | null {
  const segments: [number, number][] = [];
  let isSequential = false;
  let components = 0;
  for (let at = 2; segments.length < MOST_SEGMENTS; ) {
    const start = bytes.indexOf(0xff, at);
    if (start < 0 || start + 4 > bytes.length) return null;
    const marker = bytes[start + 1] ?? 0;
    if (marker === 0xff) {
      at = start + 1;
      continue;
    }
    if (marker === 0 || marker === SOI) {
      at = start + 2;
      continue;
    }
    if (marker === EOI) return null;
    const end = start + 2 + Math.max(2, bytes.readUInt16BE(start + 2));
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      isSequential = SEQUENTIAL.has(marker);
      components = bytes[start + 9] ?? 0;
    }
    if (marker === SOS) {
      NEXT_MARKER.lastIndex = end;
      const pixelsEnd = NEXT_MARKER.exec(bytes.toString('latin1'))?.index ?? bytes.length;
      const scan = { at: start, components: bytes[start + 4] ?? 0, end };
      return { segments, isSequential, scan, components, pixelsEnd, endMarker: bytes[pixelsEnd + 1] };
    }
    segments.push([start, end]);
    at = end;
  }
  return null;
}

/**
 * Mends what cameras write wrong and what loses no pixel, so that any complaint of the decoder means lost pixels: stray
 * bytes between the segments before the pixels are left out; the parameters of a sequential scan are those that the standard
 * asks for (Samsung's telephones write others); a missing end marker is added.
 *
 * @returns the file itself where nothing was to mend
 */
export function mendedJpeg(file: Uint8Array): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const layout = layoutOf(bytes);
  if (layout === null) return file;
  const { segments, scan, isSequential } = layout;
  const [first] = segments;
  if (first === undefined) return file;
  // Fill bytes before a marker are allowed, and the decoder reads them without a word.
  const isStray = (from: number, to: number) => bytes.subarray(from, to).some((byte) => byte !== 0xff);
  let from = 2;
  let hasStray = false;
  for (const [start, end] of [...segments, [scan.at, scan.end] as const]) {
    if (start > from && isStray(from, start)) hasStray = true;
    from = end;
  }
  const last = scan.end - 3;
  const isOdd = isSequential && (bytes[last] !== 0 || bytes[last + 1] !== 63 || bytes[last + 2] !== 0);
  const isOpen = bytes.lastIndexOf(Buffer.from([0xff, EOI])) < scan.end;
  if (!(hasStray || isOdd || isOpen)) return file;
  const header = [bytes.subarray(0, 2), ...segments.map(([start, end]) => bytes.subarray(start, end))];
  const parameters = Buffer.from(bytes.subarray(scan.at, scan.end));
  if (isOdd) parameters.set([0, 63, 0], parameters.length - 3);
  const end = isOpen ? Buffer.from([0xff, EOI]) : Buffer.alloc(0);
  return Buffer.concat([...header, parameters, bytes.subarray(scan.end), end]);
}

/** Bytes that end a scan and mean nothing: some encoders fill it up. */
const isFiller = (byte: number | undefined): boolean => byte === 0x00 || byte === 0xff;
/** A whole stream lacks bits when so many bytes of its end are gone: the last one may hold a single bit. */
const CUT_BYTES = 2;
/** Of fewer, the last unit may look the same after rounding. */
const CUT_TO_SEE = 6;

/**
 * The file without the last bytes of its pixels, which a decoder must miss. A decoder that misses nothing had come to the
 * end of the picture before: what it decoded was displaced.
 *
 * @param count of bytes of pixels that are left out
 * @returns `null` where decoders tell by themselves: of several scans they read each to its end
 */
export function withoutLastPixels(file: Uint8Array, count = CUT_BYTES): Uint8Array | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const layout = layoutOf(bytes);
  if (layout === null) return null;
  const { isSequential, scan, components, pixelsEnd, endMarker } = layout;
  if (!isSequential || scan.components !== components || endMarker !== EOI) return null;
  let end = pixelsEnd;
  // A stuffed 0xFF is a byte of pixels.
  while (end > scan.end && isFiller(bytes[end - 1]) && !(bytes[end - 1] === 0 && bytes[end - 2] === 0xff))
    end -= 1;
  for (let cut = 0; cut < count && end > scan.end; cut += 1) {
    end -= bytes[end - 1] === 0 && bytes[end - 2] === 0xff ? 2 : 1;
  }
  if (end <= scan.end) return null;
  return Buffer.concat([bytes.subarray(0, end), Buffer.from([0xff, EOI])]);
}

/** Rows of the largest unit that a scan codes at once. */
const UNIT_ROWS = 16;

interface Size {
  readonly width: number;
  readonly height: number;
}

function decoderOf(file: Uint8Array, failOn: 'none' | 'warning') {
  const limits = { limitInputPixels: LARGEST_IMAGE_PIXELS, sequentialRead: true, ignoreIcc: true };
  return sharp(file, { ...limits, failOn });
}

/** The last rows of a picture, whatever is wrong with it. */
function lastRows(file: Uint8Array, { width, height }: Size): Promise<Buffer> {
  const rows = Math.min(UNIT_ROWS, height);
  return decoderOf(file, 'none')
    .extract({ left: 0, top: height - rows, width, height: rows })
    .raw()
    .toBuffer();
}

/** Whether a decoder says that something is missing. It is silent about the last unit of rows of some pictures. */
async function complains(file: Uint8Array, { height }: Size): Promise<boolean> {
  const last = { left: 0, top: height - 1, width: 1, height: 1 };
  return decoderOf(file, 'warning')
    .extract(last)
    .raw()
    .toBuffer()
    .then(
      () => false,
      () => true,
    );
}

/** The file with codes behind its last ones: a decoder that has all it needs never reads them. */
function withFurtherPixels(file: Uint8Array): Uint8Array {
  const end = Buffer.from(file.buffer, file.byteOffset, file.byteLength).lastIndexOf(
    Buffer.from([0xff, EOI]),
  );
  return Buffer.concat([file.subarray(0, end), Buffer.alloc(64, 0x3c), file.subarray(end)]);
}

const DAMAGED = 'The picture is damaged: its pixels';
const AGAIN = 'so a part of them is displaced or grey. Copy it from the camera again.';

/**
 * Refuses a JPEG whose pixels are displaced or grey although its decoder says nothing: something was changed or lost on the
 * way, the codes behind it were read as others, and some were left over at the end. It costs two further readings of the codes.
 *
 * @param file as {@link mendedJpeg} gives it
 * @param size of the picture before it is turned upright, in pixels
 * @throws ImageError `truncated-file`
 */
export async function refuseDisplaced(file: Uint8Array, size: Size): Promise<void> {
  const cut = withoutLastPixels(file);
  if (cut === null) return;
  // Whoever shrinks a picture need not read its last rows, and so hears no word of them.
  if (await complains(file, size)) {
    throw new ImageError('truncated-file', `${DAMAGED} do not reach its end, ${AGAIN}`);
  }
  if (await complains(cut, size)) return;
  // Where words are not to be had, the pixels tell.
  const rows = await lastRows(file, size);
  if (rows.equals(await lastRows(withoutLastPixels(file, CUT_TO_SEE) ?? cut, size))) {
    throw new ImageError('truncated-file', `${DAMAGED} end before its file does, ${AGAIN}`);
  }
  if (!rows.equals(await lastRows(withFurtherPixels(file), size))) {
    throw new ImageError('truncated-file', `${DAMAGED} do not end with its file, ${AGAIN}`);
  }
}
