import { UnreadableFileError } from '../../errors.ts';

/** Longest integer that a tensor archive can need, in bytes. */
const LONGEST_INTEGER = 64;

/** Reads a pickle's arguments in order; never beyond its end. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get position(): number {
    return this.#at;
  }

  take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new UnreadableFileError('The pickle breaks off.');
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  uint8(): number {
    return this.take(1).readUInt8();
  }

  uint16(): number {
    return this.take(2).readUInt16LE();
  }

  int32(): number {
    return this.take(4).readInt32LE();
  }

  uint32(): number {
    return this.take(4).readUInt32LE();
  }

  /** A length of eight bytes; one beyond the stream ends it. */
  uint64(): number {
    return Number(this.take(8).readBigUInt64LE());
  }

  float64(): number {
    return this.take(8).readDoubleBE();
  }

  text(length: number): string {
    return this.take(length).toString('utf8');
  }

  /** A two's complement number; small ones as `number`. */
  integer(length: number): number | bigint {
    if (length > LONGEST_INTEGER)
      throw new UnreadableFileError(`The pickle holds an integer of ${length} bytes.`);
    const bytes = this.take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[index] ?? 0);
    const signed = BigInt.asIntN(length * 8, value);
    const small = Number(signed);
    return Number.isSafeInteger(small) ? small : signed;
  }

  /** A line without its end. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new UnreadableFileError('The pickle breaks off.');
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}
