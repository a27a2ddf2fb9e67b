import { appendFile, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { reasonOf } from '../../core/errors.ts';
import { examKeySchema } from '../../core/exams/exam-key.ts';
import { fieldSchema } from '../../core/exams/field.ts';
import { lateralitySchema } from '../../core/exams/laterality.ts';
import type { StoredImage } from './send-plan.ts';
import { type LookedAt, stateOf } from './settled-files.ts';

/** Lies in the watched folder: it names the same patients as the files beside it. */
export const MEMORY_FILE = '.retclip-sent.jsonl';

const lineSchema = z.object({
  schema: z.literal('sent/1'),
  /** Below the folder. */
  path: z.string(),
  bytes: z.number(),
  modified: z.number(),
  sha256: z.string(),
  exam: examKeySchema,
  laterality: lateralitySchema,
  field: fieldSchema.nullable(),
});
type Line = z.infer<typeof lineSchema>;

/** What was sent of a watched folder, over restarts: one line of JSON for each file. */
export class SentMemory {
  readonly #folder: string;
  readonly #states = new Set<string>();
  readonly #hashes = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what was sent to a program. Lines that are damaged are passed over: their files are asked about again. */
  static async open(folder: string, program: string): Promise<SentMemory> {
    const memory = new SentMemory(folder);
    const text = await readFile(join(folder, MEMORY_FILE), 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const parsed = lineSchema.safeParse(jsonOf(line));
      if (parsed.success && parsed.data.exam.program === program) memory.#note(parsed.data);
    }
    return memory;
  }

  /** SHA-256 of everything sent. */
  get hashes(): ReadonlySet<string> {
    return this.#hashes;
  }

  has(file: LookedAt): boolean {
    return this.#states.has(stateOf({ ...file, path: relative(this.#folder, file.path) }));
  }

  /** @returns why it cannot be kept; it is known until the end of this watch then */
  async add(stored: readonly StoredImage[]): Promise<string | null> {
    const lines = stored.map(({ image, sha256 }): Line => {
      const { path, exam, laterality, field, file } = image;
      const { bytes, modified } = file;
      const where = { path: relative(this.#folder, path), bytes, modified };
      return { schema: 'sent/1', ...where, sha256, exam, laterality, field };
    });
    for (const line of lines) this.#note(line);
    if (lines.length === 0) return null;
    try {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      await appendFile(join(this.#folder, MEMORY_FILE), text, { mode: 0o600 });
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #note(line: Line): void {
    this.#states.add(stateOf(line));
    this.#hashes.add(line.sha256);
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
