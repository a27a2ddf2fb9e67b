import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An exam of a release's data folder, as `data.facts.json` tells it. */
export interface ExamFacts {
  readonly program: string;
  readonly patient: string;
  readonly exam: string;
  readonly status: string;
  readonly revision: number;
  /** SHA-256 of what was sent of each eye. */
  readonly photographs: { readonly left: string | null; readonly right: string | null };
  readonly replaced: readonly string[];
  readonly announced: 'both' | 'left' | 'right';
  readonly outcome: string | null;
  readonly requestId: string | null;
  readonly formerResults: readonly string[];
  readonly ungradable: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  /** `level head/label probability`, of all labels but `normal`. */
  readonly positive: readonly string[];
  /** The outcome of heads that were tried. */
  readonly shadow: string | null;
  /** `stage reader outcome` */
  readonly verdicts: readonly string[];
  readonly dueAt: string | null;
  readonly final?: { readonly outcome: string; readonly review: string; readonly decidedBy?: string };
}

export interface FolderFacts {
  readonly exams: readonly ExamFacts[];
  /** Objects by the first part of their keys. */
  readonly objects: Readonly<Record<string, number>>;
  readonly versionsOfImages: number;
  readonly messages: Readonly<Record<string, number>>;
  readonly waitingRequests: readonly string[];
  readonly deadLetters: readonly Readonly<Record<'key' | 'reason' | 'exam', string>>[];
  readonly events: Readonly<Record<string, number>>;
  readonly vectors: number;
}

/** What one release stored: see README.md beside this file. */
export class FormerRelease {
  readonly name: string;
  readonly #folder: string;

  constructor(name: string) {
    this.name = name;
    this.#folder = fileURLToPath(new URL(`./${name}/`, import.meta.url));
  }

  /** Names of the single forms. */
  forms(): Promise<string[]> {
    return readdir(join(this.#folder, 'forms'));
  }

  path(form: string): string {
    return join(this.#folder, 'forms', form);
  }

  text(form: string): Promise<string> {
    return readFile(this.path(form), 'utf8');
  }

  async json(form: string) {
    return JSON.parse(await this.text(form));
  }

  async facts(): Promise<FolderFacts> {
    return JSON.parse(await readFile(join(this.#folder, 'data.facts.json'), 'utf8'));
  }

  /**
   * Unpacks the release's data folder as if its host had been killed a moment ago: queued messages would have expired
   * since, so their times move by the folder's age.
   *
   * @returns where it lies: `data` in a new folder, which is the caller's to remove
   */
  async unpack(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'former-data-'));
    await run('tar', ['-xzf', join(this.#folder, 'data.tar.gz'), '-C', folder]);
    const database = new DatabaseSync(join(folder, 'data', 'state.sqlite'));
    const last = Number(database.prepare('SELECT max(sent_at) AS at FROM messages').get()?.at);
    database
      .prepare(
        'UPDATE messages SET sent_at = sent_at + :age, visible_at = visible_at + :age, expires_at = expires_at + :age',
      )
      .run({ age: Date.now() - last });
    database.close();
    return join(folder, 'data');
  }
}
