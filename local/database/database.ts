import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LocalError, StorageBusyError } from '../errors.ts';
import { makePrivateFile } from '../private-files.ts';
import { storageError } from '../storage-errors.ts';
import { dropFreePages, prepareSchema } from './schema.ts';

export type Row = Record<string, SQLOutputValue>;

/**
 * `durable`: survives a loss of power once the write has returned. `relaxed`: survives the death of every process, but
 * a loss of power may undo it: right for loans of messages, where undoing means delivering again.
 */
export type Durability = 'durable' | 'relaxed';

interface PendingWrite {
  readonly durability: Durability;
  readonly work: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type Settlement = () => void;

/** Longest wait for another process's transaction; theirs take milliseconds. */
const BUSY_MILLISECONDS = 15_000;
/** Readers of this program take milliseconds. */
const FORGET_MILLISECONDS = 10_000;
const FORGET_PAUSE_MILLISECONDS = 20;
/** A query that is read row by row ends in moments. */
const REBUILD_ATTEMPTS = 20;
/** Bounds how long one transaction keeps other processes and this one's event loop waiting. */
const WRITES_PER_TRANSACTION = 256;

/** For a write that has its transaction to itself, and is undone with it. @throws what its work threw */
function attemptAlone({ work, resolve }: PendingWrite): Settlement {
  const value = work();
  return () => resolve(value);
}

/**
 * One process's connection to the data folder's database. Writes of the same turn of the event loop share one
 * transaction, hence one flush to disk:
 *
 * ```
 * write(a) ┐
 * write(b) ├─ turn ends ─ BEGIN IMMEDIATE ─ [a] [b ✗ undone alone] [c] ─ COMMIT ─▶ a, c resolve; b rejects
 * write(c) ┘
 * ```
 */
export class Database {
  readonly directory: string;
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #pending: PendingWrite[] = [];
  #scheduled = false;
  #synchronous: Durability | undefined;

  /** @throws LocalError if the file cannot be opened, is not ours or is of a newer version */
  constructor(file: string, directory: string) {
    this.directory = directory;
    let connection: DatabaseSync | undefined;
    try {
      makePrivateFile(file);
      connection = new DatabaseSync(file, { timeout: BUSY_MILLISECONDS });
      connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000');
      // What is removed is overwritten: rows of an erased patient do not stay in free pages.
      connection.exec('PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON');
      dropFreePages(connection);
      prepareSchema(connection, directory);
      this.#connection = connection;
    } catch (error) {
      connection?.close();
      throw storageError(error, directory);
    }
  }

  /** First row of a query. */
  get(sql: string, ...parameters: readonly SQLInputValue[]): Row | undefined {
    return this.#read(() => this.#statement(sql).get(...parameters));
  }

  /** All rows of a query. */
  all(sql: string, ...parameters: readonly SQLInputValue[]): Row[] {
    return this.#read(() => this.#statement(sql).all(...parameters));
  }

  /** All rows of a query with named parameters. */
  allNamed(sql: string, parameters: Readonly<Record<string, SQLInputValue>>): Row[] {
    return this.#read(() => this.#statement(sql).all(parameters));
  }

  /** Rows of a query one by one, for those who stop early. */
  *each(sql: string, ...parameters: readonly SQLInputValue[]): Generator<Row> {
    const rows = this.#read(() => this.#connection.prepare(sql).iterate(...parameters));
    for (const row of rows) yield row as Row;
  }

  /** Changes rows; only inside the work of `write`. @returns how many rows it changed */
  run(sql: string, ...parameters: readonly SQLInputValue[]): number {
    if (!this.#connection.isTransaction) {
      throw new LocalError('Expected a change inside a transaction but received one outside: use write().');
    }
    return Number(this.#statement(sql).run(...parameters).changes);
  }

  /**
   * Runs work in a transaction that no other process's transaction overlaps. If the work throws, its changes alone are
   * undone.
   *
   * @param work synchronous; must be repeatable, and have no effects outside the database
   * @returns what the work returned, once it is stored
   * @throws LocalError if it could not be stored
   */
  write<Value>(durability: Durability, work: () => Value): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (!this.#connection.isOpen) {
        reject(this.#closed());
        return;
      }
      this.#pending.push({ durability, work, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /**
   * Takes what was removed out of the write-ahead log as well: writes the log into the database, where removed rows are
   * zeros, and empties it. For use after an erasure.
   *
   * @param patience how long a reader in another process is waited for, in milliseconds
   * @throws StorageBusyError if another process reads on and on; what was removed is gone with the next call
   */
  async forget(patience = FORGET_MILLISECONDS): Promise<void> {
    const end = performance.now() + patience;
    for (;;) {
      // SQLite's own wait would keep this process from all other work.
      this.get('PRAGMA busy_timeout = 0');
      const answer = this.get('PRAGMA wal_checkpoint(TRUNCATE)');
      this.get(`PRAGMA busy_timeout = ${BUSY_MILLISECONDS}`);
      if (Number(answer?.busy) === 0) return;
      if (performance.now() >= end) break;
      await delay(FORGET_PAUSE_MILLISECONDS);
    }
    throw new StorageBusyError(
      `The write-ahead log of data folder "${this.directory}" cannot be emptied while another process reads the database. Repeat.`,
    );
  }

  /** Saves the database as it is at this moment into another, empty file. Its writers go on meanwhile. */
  saveAs(file: string): void {
    this.#read(() => this.#connection.prepare('VACUUM INTO ?').run(file));
  }

  /**
   * Writes the whole database again: of removed rows nothing stays, not even where a page was put in order with a row's
   * former bytes still behind it, which `secure_delete` does not overwrite. Others wait meanwhile: a second for 100 MB.
   *
   * @throws StorageBusyError if another process reads or writes on and on
   */
  async rebuild(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#read(() => this.#connection.exec('VACUUM'));
        break;
      } catch (error) {
        // A query of ours that is read row by row holds it up as well.
        if (attempt === REBUILD_ATTEMPTS) throw error;
        await delay(20 * attempt);
      }
    }
    await this.forget();
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Stores what is pending, then closes. */
  close(): void {
    while (this.#pending.length > 0) this.#flush();
    if (this.#connection.isOpen) this.#connection.close();
    this.#statements.clear();
  }

  #closed(): LocalError {
    return new LocalError(`Data folder "${this.directory}" has been closed. Open it again.`);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #read<Value>(query: () => Value): Value {
    if (!this.#connection.isOpen) throw this.#closed();
    try {
      return query();
    } catch (error) {
      throw storageError(error, this.directory);
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
      if (this.#pending.length > 0) this.#schedule();
    });
  }

  #flush(): void {
    const batch = this.#pending.splice(0, WRITES_PER_TRANSACTION);
    if (batch.length === 0) return;
    let settlements: readonly Settlement[];
    try {
      this.#useDurability(batch.some((write) => write.durability === 'durable') ? 'durable' : 'relaxed');
      this.#statement('BEGIN IMMEDIATE').run();
      settlements = batch.length === 1 ? batch.map(attemptAlone) : batch.map((write) => this.#attempt(write));
      this.#statement('COMMIT').run();
    } catch (error) {
      this.#rollBack();
      const reason = storageError(error, this.directory);
      settlements = batch.map((write) => () => write.reject(reason));
    }
    for (const settle of settlements) settle();
  }

  /** A full disk may have ended the transaction, or fail its end as well: then the next one begins after the last commit. */
  #rollBack(): void {
    try {
      if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
    } catch {
      // What failed before is what is told.
    }
  }

  #useDurability(durability: Durability): void {
    if (this.#synchronous === durability) return;
    this.#connection.exec(`PRAGMA synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
    this.#synchronous = durability;
  }

  #attempt(write: PendingWrite): Settlement {
    this.#statement('SAVEPOINT one_write').run();
    try {
      const value = write.work();
      this.#statement('RELEASE one_write').run();
      return () => write.resolve(value);
    } catch (error) {
      // A full disk makes SQLite undo the whole transaction by itself: then none of the batch can be stored.
      if (!this.#connection.isTransaction) throw error;
      this.#connection.exec('ROLLBACK TO one_write; RELEASE one_write');
      const reason = storageError(error, this.directory);
      return () => write.reject(reason);
    }
  }
}
