/** How failed tries at one name, or from one address, are answered. */
export interface LockOut {
  /** Tries that may fail before the next has to wait. */
  readonly free: number;
  /** The first wait; each further failed try doubles it. */
  readonly firstMilliseconds: number;
  readonly mostMilliseconds: number;
  /** So long without a failed try, and the former ones are forgotten. */
  readonly forgottenMilliseconds: number;
}

/** Names are made up by strangers: only so many are remembered. */
const MOST_REMEMBERED = 10_000;

interface Tries {
  failed: number;
  lastAt: number;
}

/**
 * Makes those wait who guess. Time is that which passes, by a clock that is never set: a step of the time of day neither
 * lifts a wait nor draws it out. A try counts as failed before it is looked at, so that many at once gain nothing.
 *
 * @example
 * const wait = tries.begin('anna');
 * if (wait === 0 && isRight) tries.succeeded('anna');
 */
export class FailedTries {
  readonly #lockOut: LockOut;
  readonly #elapsed: () => number;
  readonly #tries = new Map<string, Tries>();

  /** @param elapsed milliseconds of a clock that only runs forward */
  constructor(lockOut: LockOut, elapsed: () => number = () => performance.now()) {
    this.#lockOut = lockOut;
    this.#elapsed = elapsed;
  }

  /** Milliseconds for which the next try has to wait. */
  waitOf(key: string): number {
    const tries = this.#tries.get(key);
    if (tries === undefined) return 0;
    const passed = this.#elapsed() - tries.lastAt;
    const { free, firstMilliseconds, mostMilliseconds, forgottenMilliseconds } = this.#lockOut;
    if (passed >= forgottenMilliseconds) return 0;
    if (tries.failed < free) return 0;
    const wait = Math.min(firstMilliseconds * 2 ** (tries.failed - free), mostMilliseconds);
    return Math.max(0, wait - passed);
  }

  /** Counts a try as failed, unless it has to wait. @returns milliseconds to wait; 0: it may be looked at */
  begin(key: string): number {
    const wait = this.waitOf(key);
    if (wait > 0) return wait;
    const now = this.#elapsed();
    const before = this.#tries.get(key);
    const failed =
      before === undefined || now - before.lastAt >= this.#lockOut.forgottenMilliseconds ? 0 : before.failed;
    this.#tries.delete(key);
    this.#tries.set(key, { failed: failed + 1, lastAt: now });
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > MOST_REMEMBERED && oldest !== undefined) this.#tries.delete(oldest);
    return 0;
  }

  /** The try was right: those before it are forgotten. */
  succeeded(key: string): void {
    this.#tries.delete(key);
  }

  /** The try that began says nothing of its sender: it does not count. */
  takeBack(key: string): void {
    const tries = this.#tries.get(key);
    if (tries !== undefined) tries.failed = Math.max(0, tries.failed - 1);
  }
}
