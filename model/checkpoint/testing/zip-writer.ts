import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

const ALIGNMENT = 64;

interface Written {
  readonly name: string;
  readonly bytes: number;
  readonly checksum: number;
  readonly offset: number;
  readonly method: number;
}

export interface ZipOptions {
  /** Writes sizes and offsets in 64-bit fields, as a file of more than 4 GiB must. */
  readonly wide?: boolean;
}

/** Writes a zip file of stored entries, one after the other, with nothing of them kept in memory. */
export class ZipWriter {
  readonly #file: FileHandle;
  readonly #wide: boolean;
  readonly #written: Written[] = [];
  #at = 0;

  private constructor(file: FileHandle, wide: boolean) {
    this.#file = file;
    this.#wide = wide;
  }

  static async create(path: string, { wide = false }: ZipOptions = {}): Promise<ZipWriter> {
    return new ZipWriter(await open(path, 'w'), wide);
  }

  /** @param method what the entry claims: 0 stored, 8 deflated */
  async add(name: string, content: Uint8Array, method = 0): Promise<void> {
    const checksum = crc32(content);
    const encoded = Buffer.from(name);
    const offset = this.#at;
    // PyTorch pads the extra field so that tensors begin at multiples of 64 bytes.
    const padding = (ALIGNMENT - ((offset + 30 + encoded.length + 4) % ALIGNMENT)) % ALIGNMENT;
    const extra = Buffer.alloc(4 + padding, 'Z');
    extra.write('FB', 0, 'latin1');
    extra.writeUInt16LE(padding, 2);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt32LE(checksum, 14);
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(encoded.length, 26);
    header.writeUInt16LE(extra.length, 28);
    await this.#write(header, encoded, extra, content);
    this.#written.push({ name, bytes: content.length, checksum, offset, method });
  }

  async close(): Promise<void> {
    const begin = this.#at;
    for (const entry of this.#written) await this.#directoryEntry(entry);
    const bytes = this.#at - begin;
    const count = this.#written.length;
    if (this.#wide) {
      const end = Buffer.alloc(56);
      end.writeUInt32LE(0x06064b50, 0);
      end.writeBigUInt64LE(44n, 4);
      end.writeBigUInt64LE(BigInt(count), 24);
      end.writeBigUInt64LE(BigInt(count), 32);
      end.writeBigUInt64LE(BigInt(bytes), 40);
      end.writeBigUInt64LE(BigInt(begin), 48);
      const locator = Buffer.alloc(20);
      locator.writeUInt32LE(0x07064b50, 0);
      locator.writeBigUInt64LE(BigInt(this.#at), 8);
      locator.writeUInt32LE(1, 16);
      await this.#write(end, locator);
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(count, 8);
    end.writeUInt16LE(count, 10);
    end.writeUInt32LE(this.#wide ? 0xffffffff : bytes, 12);
    end.writeUInt32LE(this.#wide ? 0xffffffff : begin, 16);
    await this.#write(end);
    await this.#file.close();
  }

  async #directoryEntry({ name, bytes, checksum, offset, method }: Written): Promise<void> {
    const encoded = Buffer.from(name);
    const extra = this.#wide ? Buffer.alloc(28) : Buffer.alloc(0);
    if (this.#wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      extra.writeBigUInt64LE(BigInt(bytes), 4);
      extra.writeBigUInt64LE(BigInt(bytes), 12);
      extra.writeBigUInt64LE(BigInt(offset), 20);
    }
    const record = Buffer.alloc(46);
    record.writeUInt32LE(0x02014b50, 0);
    record.writeUInt16LE(method, 10);
    record.writeUInt32LE(checksum, 16);
    record.writeUInt32LE(this.#wide ? 0xffffffff : bytes, 20);
    record.writeUInt32LE(this.#wide ? 0xffffffff : bytes, 24);
    record.writeUInt16LE(encoded.length, 28);
    record.writeUInt16LE(extra.length, 30);
    record.writeUInt32LE(this.#wide ? 0xffffffff : offset, 42);
    await this.#write(record, encoded, extra);
  }

  async #write(...parts: readonly Uint8Array[]): Promise<void> {
    for (const part of parts) {
      await this.#file.writeFile(part);
      this.#at += part.length;
    }
  }
}
