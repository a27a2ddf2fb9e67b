import { type FileHandle, open } from 'node:fs/promises';
import { reasonOf } from '../../core/errors.ts';
import { UnreadableFileError } from '../errors.ts';

/** A file read at given places, so that what is not asked for costs nothing. */
export class RandomAccessFile {
  readonly path: string;
  readonly bytes: number;
  readonly #handle: FileHandle;

  private constructor(path: string, bytes: number, handle: FileHandle) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
  }

  /** @throws UnreadableFileError if it is missing, no regular file, or empty */
  static async open(path: string): Promise<RandomAccessFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (error) {
      throw new UnreadableFileError(`"${path}" cannot be opened: ${reasonOf(error)}`);
    }
    const status = await handle.stat();
    if (!status.isFile() || status.size === 0) {
      await handle.close();
      throw new UnreadableFileError(
        `"${path}" is ${status.isFile() ? 'empty' : 'no file'}. Name a checkpoint file.`,
      );
    }
    return new RandomAccessFile(path, status.size, handle);
  }

  /** @throws UnreadableFileError if the file ends before */
  async read(offset: number, length: number): Promise<Buffer<ArrayBuffer>> {
    if (offset < 0 || length < 0 || offset + length > this.bytes) {
      throw new UnreadableFileError(
        `"${this.path}" ends at byte ${this.bytes}, but its contents lie up to byte ${offset + length}: it is truncated. Fetch it again.`,
      );
    }
    const buffer = Buffer.from(new ArrayBuffer(length));
    let read = 0;
    while (read < length) {
      const { bytesRead } = await this.#handle.read(buffer, read, length - read, offset + read);
      if (bytesRead === 0) throw new UnreadableFileError(`"${this.path}" became shorter while it was read.`);
      read += bytesRead;
    }
    return buffer;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
