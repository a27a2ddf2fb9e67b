/** A clock that only the schedule moves. */
export class SimulatedClock {
  #now: number;
  /** How far the wall clock has been set off from the time that has passed, in milliseconds. */
  #offset = 0;
  #hoursSetBack = 0;

  /** @param now milliseconds since 1970 */
  constructor(now = Date.parse('2026-05-01T08:00:00Z')) {
    this.#now = now;
  }

  /** Milliseconds since 1970, as the wall clock has it. */
  readonly wall = (): number => this.#now + this.#offset;

  /** Milliseconds that have passed since some moment, as a monotonic clock counts them. */
  readonly elapsed = (): number => this.#now;

  readonly date = (): Date => new Date(this.wall());

  /** Time passes for all. */
  pass(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  /** How often the wall clock was set back an hour. */
  get hoursSetBack(): number {
    return this.#hoursSetBack;
  }

  /** Somebody sets the wall clock; no time passes. */
  step(seconds: number): void {
    if (seconds === -3_600) this.#hoursSetBack += 1;
    this.#offset += seconds * 1_000;
  }
}
