import { type FileHandle, open } from 'node:fs/promises';
import { CliError } from '../errors.ts';
import type { ExportTarget } from './export-target.ts';

/** What bytes are written to: a pipe, a device or standard output. */
interface Sink {
  write(content: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const STANDARD_OUTPUT: Sink = {
  write: (content) =>
    new Promise((resolve, reject) => {
      process.stdout.write(content, (error) => (error ? reject(error) : resolve()));
    }),
  close: async () => undefined,
};

function sinkOf(name: string, handle: FileHandle): Sink {
  return {
    write: async (content) => {
      let written = 0;
      while (written < content.length) {
        const { bytesWritten } = await handle
          .write(content, written, content.length - written, null)
          .catch((error: NodeJS.ErrnoException) => {
            const what = error.code === 'EPIPE' ? 'its reader has gone' : error.message;
            throw new CliError(`"${name}" took ${written} bytes of a batch and no more: ${what}.`, {
              cause: error,
            });
          });
        written += bytesWritten;
      }
    },
    close: () => handle.close(),
  };
}

/**
 * An export into what cannot be taken back: a pipe, a device or standard output. It is written as it comes, is never
 * replaced, and an interrupted one begins from its beginning.
 */
export class ExportStream implements ExportTarget {
  readonly checkpoint = undefined;
  readonly #sink: Sink;
  #bytes = 0;

  private constructor(sink: Sink) {
    this.#sink = sink;
  }

  static toStandardOutput(): ExportStream {
    return new ExportStream(STANDARD_OUTPUT);
  }

  /** What is there already stays. Waits until a named pipe has a reader. @throws CliError if it cannot be written */
  static async open(name: string): Promise<ExportStream> {
    const handle = await open(name, 'a').catch((error: Error) => {
      throw new CliError(`"${name}" cannot be written: ${error.message}`, { cause: error });
    });
    return new ExportStream(sinkOf(name, handle));
  }

  async append(content: Uint8Array): Promise<void> {
    await this.#sink.write(content);
    this.#bytes += content.length;
  }

  async finish(content: Uint8Array): Promise<number> {
    await this.append(content);
    return this.#bytes;
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}
