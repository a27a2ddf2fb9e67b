import { appendFileSync } from 'node:fs';
import { reasonOf } from '../../core/errors.ts';
import { type Log, type LogFields, logLine } from '../../core/ports/log.ts';

/**
 * A file to which lines are added. Where it cannot be written, since its disk is full or no file can be opened, what is
 * added is lost and counted, and the loss is noted once it can be written again. It never throws: a log that fails must
 * not end what it tells of.
 */
export class LogFile {
  readonly #file: string;
  readonly #write: (file: string, content: string | Uint8Array) => void;
  #lost = 0;
  #reason = '';

  constructor(
    file: string,
    write = (path: string, content: string | Uint8Array) => appendFileSync(path, content, { mode: 0o600 }),
  ) {
    this.#file = file;
    this.#write = write;
  }

  /** @param content one or more lines, or a part of what a process has printed */
  append(content: string | Uint8Array): void {
    try {
      if (this.#lost > 0) this.#write(this.#file, this.#lossLine());
      this.#lost = 0;
      this.#write(this.#file, content);
    } catch (error) {
      this.#lost += 1;
      this.#reason = reasonOf(error);
    }
  }

  /** Begins a line, since the last one may have been cut off. */
  #lossLine(): string {
    const fields = { entries: this.#lost, reason: this.#reason };
    return `\n${logLine('warn', 'Entries of this log were lost', fields)}\n`;
  }
}

/** Log lines go to a file: the terminal belongs to the operator. */
export function fileLog(file: LogFile): Log {
  const write = (level: string) => (message: string, fields: LogFields) =>
    file.append(`${logLine(level, message, fields)}\n`);
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
