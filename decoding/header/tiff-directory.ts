/** Bytes of a value by its type, 1 to 18. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** A directory of 4096 entries is none of a photograph. */
const MOST_ENTRIES = 4_096;

/** Reads numbers of either byte order, and of TIFF and BigTIFF. 0 beyond the end of the file. */
export class TiffReader {
  readonly isBig: boolean;
  readonly #bytes: Buffer;
  readonly #isLittle: boolean;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#isLittle = bytes[0] === 0x49;
    this.isBig = this.number(2, 2) === 43;
  }

  number(at: number, size: number): number {
    if (at < 0 || at + size > this.#bytes.length) return 0;
    if (size === 8) {
      return Number(this.#isLittle ? this.#bytes.readBigUInt64LE(at) : this.#bytes.readBigUInt64BE(at));
    }
    if (size === 0) return 0;
    return this.#isLittle ? this.#bytes.readUIntLE(at, size) : this.#bytes.readUIntBE(at, size);
  }

  /** Text up to its first NUL, as Latin-1; at most so many bytes. */
  text(at: number, most: number): string {
    const text = this.#bytes.toString('latin1', Math.max(at, 0), Math.max(at, 0) + most);
    return text.split('\0', 1)[0] ?? '';
  }

  get length(): number {
    return this.#bytes.length;
  }
}

/** A directory of a TIFF, and of Exif, which is laid out as one. */
export interface Directory {
  /** The first value of each entry. */
  readonly first: ReadonlyMap<number, number>;
  /** Where the values of each entry lie. */
  readonly places: ReadonlyMap<number, Place>;
  readonly metadataBytes: number;
  /** Where the next directory lies; 0 if there is none. */
  readonly next: number;
}

/** Of the values of an entry, as it claims: they may lie beyond the end of the file. */
export interface Place {
  readonly at: number;
  readonly bytes: number;
}

/** Where the first directory lies. */
export function startOf(reader: TiffReader): number {
  return reader.isBig ? reader.number(8, 8) : reader.number(4, 4);
}

/** Reads the first value of each entry, and how large the entries are. */
export function readDirectory(reader: TiffReader, at: number): Directory | null {
  const [countBytes, entryBytes, offsetBytes] = reader.isBig ? [8, 20, 8] : [2, 12, 4];
  const entries = reader.number(at, countBytes);
  if (entries === 0 || entries > MOST_ENTRIES || at + countBytes + entries * entryBytes > reader.length)
    return null;
  const first = new Map<number, number>();
  const places = new Map<number, Place>();
  let metadataBytes = 0;
  for (let index = 0; index < entries; index += 1) {
    const entry = at + countBytes + index * entryBytes;
    const tag = reader.number(entry, 2);
    const typeBytes = TYPE_BYTES[reader.number(entry + 2, 2)] ?? 0;
    const count = reader.number(entry + 4, offsetBytes);
    const value = entry + 4 + offsetBytes;
    const isHere = count * typeBytes <= offsetBytes;
    const place = isHere ? value : reader.number(value, offsetBytes);
    places.set(tag, { at: place, bytes: count * typeBytes });
    first.set(tag, reader.number(place, Math.min(typeBytes, 8)));
    // What an entry claims beyond the end of the file is not there to be read.
    if (!isHere) metadataBytes += Math.max(0, Math.min(count * typeBytes, reader.length - place));
  }
  const next = at + countBytes + entries * entryBytes;
  return { first, places, metadataBytes, next: reader.number(next, offsetBytes) };
}
