import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { CliError, WrongUseError } from '../errors.ts';
import { systemFault } from '../system-fault.ts';
import type { ExportTarget, Progress } from './export-target.ts';

const checkpointSchema = z.object({
  schema: z.literal('export-checkpoint/1'),
  /** What is exported: another export does not go on with this file. */
  request: z.string(),
  /** Length of the part file that is known to be on the disk. */
  bytes: z.number().int().nonnegative(),
  exams: z.number().int().nonnegative(),
  rows: z.number().int().nonnegative(),
  /** Where the list goes on; `null` after its last page. */
  cursor: z.string().nullable(),
  encoder: z.unknown(),
});

/** How far an export has come. */
export type Checkpoint = Readonly<z.infer<typeof checkpointSchema>>;

/** Without it a rename may be forgotten by a machine that loses power. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function replaceFile(file: string, content: Uint8Array): Promise<void> {
  const temporary = `${file}.new`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/**
 * A file that appears under its name only when it is whole. Until then it grows beside it, with a checkpoint that says
 * how far it is good: an interrupted export goes on from there.
 *
 * ```
 * exams.csv.part         what is written; what lies behind the checkpoint's length is cut off
 * exams.csv.checkpoint   length, cursor, state of the encoder
 * exams.csv              after the last batch
 * ```
 */
export class ExportFile implements ExportTarget {
  /** Where an earlier run stopped. */
  readonly checkpoint: Checkpoint | undefined;
  readonly #name: string;
  readonly #request: string;
  readonly #part: FileHandle;
  #bytes: number;

  private constructor(name: string, request: string, part: FileHandle, checkpoint: Checkpoint | undefined) {
    this.#name = name;
    this.#request = request;
    this.#part = part;
    this.checkpoint = checkpoint;
    this.#bytes = checkpoint?.bytes ?? 0;
  }

  /**
   * @param request names what is exported
   * @param restart whether to start over, whatever is there
   * @throws WrongUseError if another export's part lies there
   */
  static async open(name: string, request: string, restart: boolean): Promise<ExportFile> {
    const checkpoint = restart ? undefined : await readCheckpoint(name, request);
    let part: FileHandle;
    try {
      part = await open(`${name}.part`, checkpoint === undefined ? 'w' : 'r+', 0o600);
    } catch (error) {
      throw new CliError(`"${name}.part" cannot be written: ${reasonOf(error)}`, { cause: error });
    }
    const { size } = await part.stat();
    if (checkpoint !== undefined && size < checkpoint.bytes) {
      await part.close();
      throw new CliError(
        `"${name}.part" has ${size} bytes instead of ${checkpoint.bytes}: it was cut. Start again with --restart.`,
      );
    }
    await part.truncate(checkpoint?.bytes ?? 0);
    if (checkpoint === undefined) await rm(`${name}.checkpoint`, { force: true });
    return new ExportFile(name, request, part, checkpoint);
  }

  /** Adds a batch and remembers how far it goes. */
  async append(content: Uint8Array, progress: Progress): Promise<void> {
    await this.#write(content).catch((error: unknown) => this.#refuse(error));
    const checkpoint = {
      ...progress,
      schema: 'export-checkpoint/1',
      request: this.#request,
      bytes: this.#bytes,
    };
    await replaceFile(`${this.#name}.checkpoint`, serialize(checkpoint)).catch((error: unknown) =>
      this.#refuse(error),
    );
  }

  /** Ends the file and gives it its name. @returns its length in bytes */
  async finish(content: Uint8Array): Promise<number> {
    await this.#write(content).catch((error: unknown) => this.#refuse(error));
    await this.close();
    await rename(`${this.#name}.part`, this.#name);
    await rm(`${this.#name}.checkpoint`, { force: true });
    await syncFolder(dirname(this.#name));
    return this.#bytes;
  }

  async close(): Promise<void> {
    await this.#part.close();
  }

  /** What was written before stays good, and no file has the export's name yet. */
  #refuse(error: unknown): never {
    const fault = systemFault(error, this.#name);
    if (fault === null) throw error;
    throw new CliError(
      `${fault} It goes on with "${this.#name}.part", which holds what was exported so far; "${this.#name}" appears when it is whole.`,
      { cause: error },
    );
  }

  async #write(content: Uint8Array): Promise<void> {
    let written = 0;
    while (written < content.length) {
      const { bytesWritten } = await this.#part.write(
        content,
        written,
        content.length - written,
        this.#bytes + written,
      );
      written += bytesWritten;
    }
    this.#bytes += content.length;
    await this.#part.sync();
  }
}

async function readCheckpoint(name: string, request: string): Promise<Checkpoint | undefined> {
  const content = await readFile(`${name}.checkpoint`).catch(() => undefined);
  if (content === undefined) return undefined;
  let value: unknown;
  try {
    value = deserialize(content);
  } catch {
    value = undefined;
  }
  const parsed = checkpointSchema.safeParse(value);
  if (!parsed.success) {
    throw new CliError(`"${name}.checkpoint" is damaged. Start again with --restart.`);
  }
  if (parsed.data.request !== request) {
    throw new WrongUseError(
      `"${name}.part" is the beginning of another export, or of one by another version (${parsed.data.request}). Finish that one, choose another --out, or start over with --restart.`,
    );
  }
  return parsed.data;
}
