import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from '../database/database.ts';
import type { ContentFiles } from './content-files.ts';

/** A content in the store that no version of any object names. */
export interface UnnamedContent {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  /** When it was written. */
  readonly since: Date;
}

const CONTENTS_A_TURN = 200;

/**
 * Contents that nothing names: of a put that was cut short, or what an older database does not know. Nothing removes
 * them by itself; a caller that does should wait for days, since a restored database may still be replaced by the right one.
 */
export class UnnamedContents {
  readonly #database: Database;
  readonly #contents: ContentFiles;

  constructor(database: Database, contents: ContentFiles) {
    this.#database = database;
    this.#contents = contents;
  }

  /** Every content that nothing names now, in no order; one that is being stored at this moment among them. */
  async *list(): AsyncGenerator<UnnamedContent> {
    let looked = 0;
    for await (const sha256 of this.#contents.all()) {
      looked += 1;
      if (looked % CONTENTS_A_TURN === 0) await nextTurn();
      if (this.#isNamed(sha256)) continue;
      const status = await this.#contents.statusOf(sha256);
      if (status !== undefined) yield { sha256, bytes: status.bytes, since: status.at };
    }
  }

  /**
   * Removes a content for good, unless something names it by now.
   *
   * @returns whether it was removed
   */
  remove(sha256: string): Promise<boolean> {
    return this.#database.write('durable', () => {
      if (this.#isNamed(sha256) || !this.#contents.has(sha256)) return false;
      this.#contents.remove(sha256);
      return true;
    });
  }

  #isNamed(sha256: string): boolean {
    return this.#database.get('SELECT 1 FROM object_versions WHERE sha256 = ? LIMIT 1', sha256) !== undefined;
  }
}
