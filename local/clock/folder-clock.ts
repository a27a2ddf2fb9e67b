import type { Database } from '../database/database.ts';
import { UNSET_BOOT } from '../database/migrate-folder-clock.ts';
import type { MachineClock } from './machine-clock.ts';

/** How far the clock may run ahead of what is stored of it: so much is waited again after a loss of power. */
const STORED_EVERY_MILLISECONDS = 1_000;

/**
 * A clock that no change of the time of day moves: by it messages are hidden, loans end and answers are forgotten.
 * Milliseconds.
 */
export interface SteadyClock {
  now(): number;
  /** Inside a transaction: stores the reading, if the last stored one is old. */
  store(): void;
}

/** A clock that a test moves. */
export function steadyClockOf(now: () => number): SteadyClock {
  return { now, store: () => undefined };
}

interface Reading {
  readonly boot: string;
  readonly bootAt: number;
  readonly at: number;
}

/**
 * The clock of a data folder. It was set to the time of day when the folder was made, and since then counts the
 * milliseconds that its machine runs, by the machine's monotonic clock. It is the same for all processes, never goes
 * back, and stands still while the machine is off or asleep:
 *
 * ```
 * machine   ├── boot 1 ──────────┤  off  ├── boot 2 ────
 * stored    at 1000        at 5000       at 5000
 * now()     1000 … 5400                  5000 …
 * ```
 *
 * So a message that was hidden for a while when the machine went down is hidden for the rest of that while, and a second
 * at most, once it is up again; never for longer than it was to be hidden.
 */
export class FolderClock implements SteadyClock {
  readonly #database: Database;
  readonly #machine: MachineClock;
  /** What is to be added to the machine's reading. */
  readonly #offset: number;
  #stored: number;

  private constructor(database: Database, machine: MachineClock, { bootAt, at }: Reading) {
    this.#database = database;
    this.#machine = machine;
    this.#offset = at - bootAt;
    this.#stored = at;
  }

  /**
   * @param now the time of day, to which a new folder's clock is set
   * @throws LocalError if it cannot be read or written
   */
  static async open(database: Database, machine: MachineClock, now: () => number): Promise<FolderClock> {
    const reading = await database.write('relaxed', () => {
      const stored = storedReading(database);
      const bootAt = machine.read();
      if (stored.boot === machine.boot && stored.bootAt <= bootAt) return stored;
      const isNew = stored.boot === UNSET_BOOT;
      const next = { boot: machine.boot, bootAt, at: isNew ? Math.floor(now()) : stored.at };
      storeReading(database, next);
      return next;
    });
    return new FolderClock(database, machine, reading);
  }

  now(): number {
    return this.#machine.read() + this.#offset;
  }

  store(): void {
    const bootAt = this.#machine.read();
    const at = bootAt + this.#offset;
    if (at - this.#stored < STORED_EVERY_MILLISECONDS) return;
    this.#stored = at;
    storeReading(this.#database, { boot: this.#machine.boot, bootAt, at });
  }
}

function storedReading(database: Database): Reading {
  const row = database.get('SELECT boot, boot_at, at FROM folder_clock');
  return { boot: String(row?.boot), bootAt: Number(row?.boot_at), at: Number(row?.at) };
}

function storeReading(database: Database, { boot, bootAt, at }: Reading): void {
  database.run('UPDATE folder_clock SET boot = ?, boot_at = ?, at = ?', boot, bootAt, at);
}
