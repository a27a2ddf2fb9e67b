/** Bits that are looked up at once; longer codes are rare. */
const FAST_BITS = 10;
const LONGEST_CODE = 16;
export const COEFFICIENTS = 64;
/** Bits by which several codes are passed over at once. */
export const RUN_BITS = 12;
/** Of an entry of {@link codeRuns}: the block ends behind its last code. */
export const ENDS_BLOCK = 0x80;
const END_OF_BLOCK = 0x00;
const SIXTEEN_ZEROS = 0xf0;

/**
 * The Huffman codes of a JPEG as a walk over them needs them: how many bits a code and the number behind it take, and
 * how many coefficients it passes over (ITU-T T.81, C and F.2.2).
 */
export class HuffmanCodes {
  /** By the next ten bits: the code's length and its symbol; 0 where it is longer. */
  readonly #fast = new Uint16Array(1 << FAST_BITS);
  /** By length: what is above every code of it, as sixteen bits. */
  readonly #limits = new Int32Array(LONGEST_CODE + 2);
  /** By length: where its symbols stand, less its first code. */
  readonly #offsets = new Int32Array(LONGEST_CODE + 1);
  readonly #symbols: Uint8Array;

  /** @param counts of codes by length, from 1 to 16; @param symbols by code */
  constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.#symbols = symbols;
    let code = 0;
    let place = 0;
    for (let length = 1; length <= LONGEST_CODE; length += 1) {
      this.#offsets[length] = place - code;
      const count = counts[length - 1] ?? 0;
      for (let index = 0; index < count; index += 1, code += 1, place += 1) {
        if (length > FAST_BITS) continue;
        const from = code << (FAST_BITS - length);
        this.#fast.fill((length << 8) | (symbols[place] ?? 0), from, from + (1 << (FAST_BITS - length)));
      }
      this.#limits[length] = code << (LONGEST_CODE - length);
      code <<= 1;
    }
    this.#limits[LONGEST_CODE + 1] = 1 << LONGEST_CODE;
  }

  /**
   * @param bits the next sixteen
   * @returns the code's length times 256, and its symbol; 0 if no code begins so
   */
  read(bits: number): number {
    const found = this.#fast[bits >> (LONGEST_CODE - FAST_BITS)] as number;
    return found === 0 ? this.#readLong(bits) : found;
  }

  #readLong(bits: number): number {
    for (let length = FAST_BITS + 1; length <= LONGEST_CODE; length += 1) {
      if (bits >= (this.#limits[length] as number)) continue;
      const place = (this.#offsets[length] as number) + (bits >> (LONGEST_CODE - length));
      return (length << 8) | (this.#symbols[place] ?? 0);
    }
    return 0;
  }
}

/**
 * By the next twelve bits: all the codes of a block that lie in them whole, with the numbers behind them. Their bits times
 * 256, the coefficients that they pass over, and {@link ENDS_BLOCK}; 0 where not one does.
 *
 * @param first the codes of a block's first coefficient, where a block begins; `null` within it
 */
export function codeRuns(first: HuffmanCodes | null, others: HuffmanCodes): Uint16Array {
  const runs = new Uint16Array(1 << RUN_BITS);
  for (let window = 0; window < runs.length; window += 1) {
    const bits = window << (LONGEST_CODE - RUN_BITS);
    runs[window] = runOf(bits, first, others);
  }
  return runs;
}

function runOf(bits: number, first: HuffmanCodes | null, others: HuffmanCodes): number {
  let taken = 0;
  let coefficients = 0;
  if (first !== null) {
    const found = first.read(bits);
    taken = (found >> 8) + (found & 0xff);
    if (found === 0 || taken > RUN_BITS) return 0;
    coefficients = 1;
  }
  while (taken < RUN_BITS) {
    const found = others.read((bits << taken) & 0xffff);
    const symbol = found & 0xff;
    const size = symbol & 15;
    const after = taken + (found >> 8) + size;
    if (found === 0 || after > RUN_BITS) break;
    if (symbol === END_OF_BLOCK) return (after << 8) | coefficients | ENDS_BLOCK;
    // Any other code without a number ends a block too, in files that no encoder writes.
    if (size === 0 && symbol !== SIXTEEN_ZEROS) break;
    const passed = coefficients + (symbol >> 4) + 1;
    if (passed >= COEFFICIENTS) break;
    coefficients = passed;
    taken = after;
  }
  return (taken << 8) | coefficients;
}
