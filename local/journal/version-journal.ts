import type { Database, Row } from '../database/database.ts';
import { journalError } from '../storage-errors.ts';
import type { JournalSegments } from './journal-segments.ts';
import { segmentOf, VERSIONS_PER_SEGMENT } from './journal-segments.ts';
import type { JournaledVersion } from './version-line.ts';

/** Versions that one transaction brings up to date at most: it keeps other writers waiting. */
const VERSIONS_AT_ONCE = 1_000;

const COLUMNS = 'sequence, key, version_id, sha256, bytes, content_type, metadata, last_modified';

/** What an uploader said of an object; nothing where the row is damaged, which a reader of the object is told. */
function metadataOf(text: string): JournaledVersion['metadata'] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function versionOf(row: Row): JournaledVersion {
  return {
    sequence: Number(row.sequence),
    key: String(row.key),
    versionId: String(row.version_id),
    sha256: row.sha256 === null ? null : String(row.sha256),
    bytes: Number(row.bytes),
    contentType: String(row.content_type),
    metadata: metadataOf(String(row.metadata)),
    lastModified: Number(row.last_modified),
  };
}

/** How long a line may wait for its flush: many share one. Until then the database's note stands for it. */
const FLUSH_MILLISECONDS = 500;

/**
 * Keeps beside the contents what the database knows of them, so that the store can be read without it.
 *
 * ```
 * transaction 1: the version's row is added or removed, and noted as not journaled ─▶ on the disk
 * transaction 2: its line is appended, or its file is written again without it ─▶ done
 * flush        : the line is on the disk, some moments later
 * later        : the note goes
 * ```
 *
 * So the journal is never ahead of the database: one that is tells that the database is not the store's own. What a
 * crash or a loss of power has left in between is noted in the database, and done when the folder is opened again; a
 * version that is written twice counts once.
 */
export class VersionJournal {
  readonly #database: Database;
  readonly #segments: JournalSegments;
  /** Noted by this process, and not in the journal yet. */
  readonly #noted = new Set<number>();
  /** Written by this process, and not flushed yet. */
  #written = new Set<number>();
  /** In the journal; their notes can go. */
  readonly #journaled = new Set<number>();
  #scheduled: Promise<void> | undefined;
  #flushing: NodeJS.Timeout | undefined;

  constructor(database: Database, segments: JournalSegments) {
    this.#database = database;
    this.#segments = segments;
  }

  /** Notes, within the transaction that adds or removes a version, that the journal does not say so yet. */
  note(sequence: number): void {
    this.#database.run('INSERT OR IGNORE INTO unjournaled_versions (sequence) VALUES (?)', sequence);
    this.#noted.add(sequence);
    this.#written.delete(sequence);
    this.#journaled.delete(sequence);
  }

  /**
   * Brings the journal up to date with what this process has stored and removed. Calls of one moment are one.
   *
   * @throws LocalError if the journal cannot be written. It says that the database has what was stored or removed; what the
   * journal lacks is written by the next call
   */
  settle(): Promise<void> {
    this.#scheduled ??= this.#settle();
    return this.#scheduled;
  }

  /** Brings the journal up to date with what any process has noted and died before it could do so. */
  async recover(): Promise<void> {
    for (;;) {
      const more = await this.#database.write('relaxed', () => {
        const rows = this.#database.all(
          `SELECT sequence FROM unjournaled_versions ORDER BY sequence LIMIT ${VERSIONS_AT_ONCE}`,
        );
        const sequences = rows.map(({ sequence }) => Number(sequence));
        this.#write(sequences);
        for (const segment of new Set(sequences.map(segmentOf))) this.#segments.flushNow(segment);
        this.#forget(sequences);
        return rows.length === VERSIONS_AT_ONCE;
      });
      if (!more) return;
    }
  }

  /** Flushes what is not flushed yet, and takes the notes away that are not needed any more. */
  close(): void {
    clearTimeout(this.#flushing);
    if (!this.#database.isOpen) return;
    const written = [...this.#written];
    try {
      for (const segment of new Set(written.map(segmentOf))) this.#segments.flushNow(segment);
    } catch {
      // The notes stay: the next who opens the folder writes the lines again.
      return;
    }
    const done = [...this.#journaled, ...written];
    if (done.length > 0) this.#database.write('relaxed', () => this.#forget(done)).catch(() => undefined);
  }

  async #settle(): Promise<void> {
    let sequences: readonly number[] = [];
    let done: readonly number[] = [];
    try {
      await this.#database.write('relaxed', () => {
        this.#scheduled = undefined;
        [sequences, done] = [[...this.#noted], [...this.#journaled]];
        this.#forget(done);
        this.#write(sequences);
        // At once: another write of this transaction may note one of them again.
        this.#noted.clear();
        this.#journaled.clear();
        for (const sequence of sequences) this.#written.add(sequence);
      });
      this.#flushing ??= setTimeout(() => void this.#flush(), FLUSH_MILLISECONDS).unref();
    } catch (error) {
      this.#scheduled = undefined;
      for (const sequence of sequences) this.#noted.add(sequence);
      for (const sequence of done) if (!this.#noted.has(sequence)) this.#journaled.add(sequence);
      throw journalError(error, this.#database.directory);
    }
  }

  async #flush(): Promise<void> {
    const written = this.#written;
    this.#written = new Set();
    this.#flushing = undefined;
    try {
      await Promise.all([...new Set([...written].map(segmentOf))].map((one) => this.#segments.flush(one)));
      for (const sequence of written) if (!this.#noted.has(sequence)) this.#journaled.add(sequence);
    } catch {
      // Written again with the next, whose writer is told if the disk is at fault.
      for (const sequence of written) this.#noted.add(sequence);
    }
  }

  #forget(sequences: readonly number[]): void {
    for (const sequence of sequences)
      this.#database.run('DELETE FROM unjournaled_versions WHERE sequence = ?', sequence);
  }

  #write(sequences: readonly number[]): void {
    const changed = sequences.flatMap((sequence) => {
      const note = this.#database.get('SELECT 1 FROM unjournaled_versions WHERE sequence = ?', sequence);
      if (note === undefined) return [];
      const row = this.#database.get(`SELECT ${COLUMNS} FROM object_versions WHERE sequence = ?`, sequence);
      return [{ sequence, version: row === undefined ? null : versionOf(row) }];
    });
    for (const [segment, of] of Map.groupBy(changed, ({ sequence }) => segmentOf(sequence))) {
      const added = of.flatMap(({ version }) => version ?? []);
      if (added.length === of.length) this.#segments.append(segment, added);
      else this.#rewrite(segment);
    }
  }

  #rewrite(segment: number): void {
    const first = segment * VERSIONS_PER_SEGMENT;
    const rows = this.#database.all(
      `SELECT ${COLUMNS} FROM object_versions WHERE sequence >= ? AND sequence < ? ORDER BY sequence`,
      first,
      first + VERSIONS_PER_SEGMENT,
    );
    this.#segments.rewrite(segment, rows.map(versionOf));
  }
}
