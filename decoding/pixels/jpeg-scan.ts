import { COEFFICIENTS, codeRuns, ENDS_BLOCK, HuffmanCodes, RUN_BITS } from './huffman-codes.ts';

const DHT = 0xc4;
const DRI = 0xdd;
const SOS = 0xda;
/** Baseline and extended sequential, Huffman coded. */
const SEQUENTIAL: ReadonlySet<number> = new Set([0xc0, 0xc1]);
const BLOCK = 8;

/** The blocks of a component in a unit, and the codes of their first and of their other coefficients. */
interface ScannedComponent {
  readonly blocks: number;
  readonly first: HuffmanCodes;
  readonly others: HuffmanCodes;
  /** Of a block from its begin, and from within it. */
  readonly blockRuns: Uint16Array;
  readonly runs: Uint16Array;
}

/** The only scan of a sequential JPEG: how many units of which components its codes are to give. */
export interface JpegScan {
  readonly components: readonly ScannedComponent[];
  readonly units: number;
  /** Units between two restart markers; 0 where there are none. */
  readonly restartInterval: number;
  /** Where its codes begin. */
  readonly begin: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: readonly { readonly id: number; readonly across: number; readonly down: number }[];
}

function frameOf(segment: Buffer): Frame | null {
  const [height, width] = [segment.readUInt16BE(5), segment.readUInt16BE(7)];
  const count = segment[9] ?? 0;
  if (segment[4] !== 8 || height === 0 || width === 0 || segment.length < 10 + 3 * count) return null;
  const components = Array.from({ length: count }, (_, index) => {
    const [id = 0, sampling = 0] = segment.subarray(10 + 3 * index);
    return { id, across: sampling >> 4, down: sampling & 15 };
  });
  return components.every(({ across, down }) => across > 0 && down > 0)
    ? { width, height, components }
    : null;
}

/** Reads the tables of a segment into those of before. */
function readTables(segment: Buffer, tables: Map<number, HuffmanCodes>): void {
  for (let at = 4; at + 17 <= segment.length; ) {
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    tables.set(segment[at] ?? 0, new HuffmanCodes(counts, segment.subarray(at + 17, at + 17 + total)));
    at += 17 + total;
  }
}

function unitsOf({ width, height, components }: Frame): number {
  // A single component is coded block by block, however it is sampled.
  const [across, down] =
    components.length === 1
      ? [1, 1]
      : [Math.max(...components.map((one) => one.across)), Math.max(...components.map((one) => one.down))];
  return Math.ceil(width / (BLOCK * across)) * Math.ceil(height / (BLOCK * down));
}

/**
 * Reads what comes before the pixels of a JPEG (ITU-T T.81, B.2).
 *
 * @param segments from marker to end, the start of the scan among them
 * @returns `null` for several scans, of which a decoder reads each to its end, and for codes that are no Huffman codes of eight bits
 */
export function readScan(bytes: Buffer, segments: readonly (readonly [number, number])[]): JpegScan | null {
  const tables = new Map<number, HuffmanCodes>();
  let frame: Frame | null = null;
  let restartInterval = 0;
  for (const [start, end] of segments) {
    const segment = bytes.subarray(start, end);
    const marker = segment[1] ?? 0;
    if (SEQUENTIAL.has(marker) && segment.length >= 10) frame = frameOf(segment);
    else if (marker === DHT) readTables(segment, tables);
    else if (marker === DRI && segment.length >= 6) restartInterval = segment.readUInt16BE(4);
    else if (marker === SOS) {
      if (frame === null || segment[4] !== frame.components.length) return null;
      const components: ScannedComponent[] = [];
      for (const [index, { across, down }] of frame.components.entries()) {
        const selected = segment[6 + 2 * index] ?? 0;
        const first = tables.get(selected >> 4);
        const others = tables.get(0x10 | (selected & 15));
        if (first === undefined || others === undefined) return null;
        const like = components.find((one) => one.first === first && one.others === others);
        components.push({
          blocks: frame.components.length === 1 ? 1 : across * down,
          first,
          others,
          blockRuns: like?.blockRuns ?? codeRuns(first, others),
          runs: like?.runs ?? codeRuns(null, others),
        });
      }
      return { components, units: unitsOf(frame), restartInterval, begin: end };
    }
  }
  return null;
}

/** Codes between two markers, without what is stuffed into them. */
export interface CodedStretch {
  /** With four bytes of zeros behind them. */
  readonly codes: Buffer;
  readonly bytes: number;
  /** Behind it. */
  readonly marker: number | undefined;
}

/** The stretches of a scan's codes, up to the first marker that is no restart. */
export function* codedStretches(bytes: Buffer, begin: number): Generator<CodedStretch> {
  const unstuffed = Buffer.alloc(bytes.length - begin + 4);
  let from = begin;
  let length = 0;
  for (let at = begin; ; ) {
    const found = bytes.indexOf(0xff, at);
    const next = found < 0 ? undefined : bytes[found + 1];
    const end = found < 0 || next === undefined ? bytes.length : found;
    if (next === 0x00) {
      // The zero says that the byte before is none of a marker.
      length += bytes.copy(unstuffed, length, from, found + 1);
      from = found + 2;
      at = from;
      continue;
    }
    length += bytes.copy(unstuffed, length, from, end);
    if (next === 0xff) {
      from = found + 1;
      at = from;
      continue;
    }
    unstuffed.fill(0, length, length + 4);
    yield { codes: unstuffed.subarray(0, length + 4), bytes: length, marker: next };
    if (next === undefined || next < 0xd0 || next > 0xd7) return;
    [from, at, length] = [found + 2, found + 2, 0];
  }
}

/** The next sixteen bits. */
function sixteenBits(codes: Buffer, bit: number): number {
  const byte = bit >> 3;
  const three =
    ((codes[byte] as number) << 16) | ((codes[byte + 1] as number) << 8) | (codes[byte + 2] as number);
  return (three >> (8 - (bit & 7))) & 0xffff;
}

/**
 * Walks over the codes of some units without making pixels of them.
 *
 * @returns bits that they took; `null` at a code that stands for nothing
 */
export function bitsOfUnits({ components }: JpegScan, units: number, codes: Buffer): number | null {
  const most = (codes.length - 4) * 8;
  let bit = 0;
  for (let unit = 0; unit < units && bit <= most; unit += 1) {
    for (const { blocks, first, others, blockRuns, runs } of components) {
      for (let block = 0; block < blocks; block += 1) {
        if (bit > most) return bit;
        let window = sixteenBits(codes, bit);
        const begin = blockRuns[window >> (16 - RUN_BITS)] as number;
        let coefficient = 1;
        if (begin !== 0) {
          bit += begin >> 8;
          if ((begin & ENDS_BLOCK) !== 0) continue;
          coefficient = begin & 0x7f;
        } else {
          const found = first.read(window);
          const size = found & 0xff;
          if (found === 0 || size > 15) return null;
          bit += (found >> 8) + size;
        }
        while (coefficient < COEFFICIENTS) {
          if (bit > most) return bit;
          window = sixteenBits(codes, bit);
          const run = runs[window >> (16 - RUN_BITS)] as number;
          const passed = coefficient + (run & 0x7f);
          // A block that is full ends without a code for its end: what follows is another block's.
          if (run !== 0 && passed < COEFFICIENTS) {
            bit += run >> 8;
            if ((run & ENDS_BLOCK) !== 0) break;
            coefficient = passed;
            continue;
          }
          const one = others.read(window);
          if (one === 0) return null;
          const number = one & 15;
          const zeros = (one >> 4) & 15;
          bit += (one >> 8) + number;
          if (number === 0 && zeros !== 15) break;
          coefficient += zeros + 1;
          if (coefficient > COEFFICIENTS) return null;
        }
      }
    }
  }
  return bit;
}
