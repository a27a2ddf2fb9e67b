import type { Engine } from './engine.ts';

/**
 * What a service lets through in a second, such as the write units of a partition: what comes above it is refused and tried
 * again, and so is late by what it is above.
 */
export class Meter {
  readonly name: string;
  /** In units a second. */
  readonly rate: number;
  used = 0;
  delayed = 0;
  /** Of all that was delayed, in seconds. */
  waited = 0;
  /** Longest delay so far, in seconds. */
  worst = 0;
  readonly #engine: Engine;
  #freeAt = Number.NEGATIVE_INFINITY;
  /** A service saves up what was not used: so many seconds of its rate. */
  readonly #saved: number;

  constructor(engine: Engine, name: string, rate: number, savedSeconds = 1) {
    this.#engine = engine;
    this.name = name;
    this.rate = rate;
    this.#saved = savedSeconds;
  }

  /** Goes on once there is room for so many units. */
  take(units: number, goOn: () => void): void {
    const { now } = this.#engine;
    this.used += units;
    this.#freeAt = Math.max(this.#freeAt, now - this.#saved) + units / this.rate;
    const delay = Math.max(0, this.#freeAt - now);
    // A delay as short as this comes from rounding.
    if (delay > 1e-9) {
      this.delayed += 1;
      this.waited += delay;
      this.worst = Math.max(this.worst, delay);
      this.#engine.after(delay, goOn);
    } else {
      goOn();
    }
  }
}
