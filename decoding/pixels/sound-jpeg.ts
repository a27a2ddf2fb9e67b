import { ImageError } from '../errors.ts';
import { bitsOfUnits, codedStretches, readScan } from './jpeg-scan.ts';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
/** Frames of a single pass: baseline and extended sequential, Huffman coded. */
const SEQUENTIAL: ReadonlySet<number> = new Set([0xc0, 0xc1]);
/** DHT, JPG and DAC lie among the markers of frames. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const MOST_SEGMENTS = 1_000;

interface Layout {
  /** Segments before the pixels, from marker to end. */
  readonly segments: readonly (readonly [number, number])[];
  readonly isSequential: boolean;
  /** Of the first scan's parameters. */
  readonly scan: { readonly at: number; readonly end: number };
}

/** Where the parts of a JPEG lie up to its first scan's pixels (ITU-T T.81, B.2); `null` if it breaks off before. */
function layoutOf(bytes: Buffer): Layout | null {
  const segments: [number, number][] = [];
  let isSequential = false;
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
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) isSequential = SEQUENTIAL.has(marker);
    if (marker === SOS) return { segments, isSequential, scan: { at: start, end } };
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

const RESTART = 0xd0;
const RESTARTS = 8;
const DAMAGED = 'The picture is damaged: its pixels';
const AGAIN = 'so a part of them is displaced or grey. Copy it from the camera again.';

/** Bytes that end a scan and mean nothing: some encoders fill it up. */
function isFilled(codes: Uint8Array): boolean {
  return codes.every((byte) => byte === 0x00 || byte === 0xff);
}

/** What is wrong with the codes of a JPEG of one scan; `null` if they give its pixels, all of them and no more. */
function faultOf(bytes: Buffer, segments: Layout['segments']): string | null {
  const scan = readScan(bytes, segments);
  if (scan === null) return null;
  if (scan.begin >= bytes.length) return 'do not reach its end';
  const { units, restartInterval } = scan;
  let left = units;
  let restart = 0;
  for (const { codes, bytes: length, marker } of codedStretches(bytes, scan.begin)) {
    const here = restartInterval === 0 ? left : Math.min(restartInterval, left);
    const bits = bitsOfUnits(scan, here, codes);
    if (bits === null) return 'hold a code that stands for nothing';
    if (bits > 8 * length) return 'do not reach its end';
    if (!isFilled(codes.subarray(Math.ceil(bits / 8), length))) return 'end before its file does';
    left -= here;
    if (left === 0) return marker === EOI ? null : 'do not end with its file';
    if (marker !== RESTART + (restart % RESTARTS)) return 'do not reach its end';
    restart += 1;
  }
  return 'do not reach its end';
}

/**
 * Refuses a JPEG whose pixels are missing, displaced or grey although its decoder says nothing: something was changed or lost on
 * the way, the codes behind it were read as others, and some were missing or left over at the end. It walks over the codes once
 * and makes no pixels of them. Of several scans a decoder reads each to its end, and complains.
 *
 * @param file as {@link mendedJpeg} gives it
 * @throws ImageError `truncated-file`
 */
export function refuseDisplaced(file: Uint8Array): void {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const layout = layoutOf(bytes);
  if (layout === null || !layout.isSequential) return;
  const { segments, scan } = layout;
  const fault = faultOf(bytes, [...segments, [scan.at, scan.end]]);
  if (fault !== null) throw new ImageError('truncated-file', `${DAMAGED} ${fault}, ${AGAIN}`);
}
