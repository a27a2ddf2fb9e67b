import { readFile, rename, writeFile } from 'node:fs/promises';

/** How far a relay has come; kept where it is lost together with what the events are for. */
export interface Position {
  read(): Promise<number>;
  write(sequence: number): Promise<void>;
}

/** A position in a file of its own. */
export function filePosition(file: string): Position {
  return {
    async read() {
      const sequence = Number(await readFile(file, 'utf8').catch(() => '0'));
      return Number.isSafeInteger(sequence) && sequence >= 0 ? sequence : 0;
    },
    async write(sequence) {
      await writeFile(`${file}.new`, String(sequence), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}
