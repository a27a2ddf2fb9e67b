/**
 * Lets work go on side by side, except for some that goes on while nothing else does.
 *
 * @example
 * const hand = new OneAtATime();
 * await hand.beside(() => prepare(many));
 * await hand.alone(() => prepare(suspect));
 */
export class OneAtATime {
  readonly #running = new Set<Promise<unknown>>();
  /** Ends when the last work that is to be alone has ended. */
  #lone: Promise<unknown> = Promise.resolve();

  /** Waits for those that are alone, then works beside others. */
  async beside<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let seen: Promise<unknown> | null = null; seen !== this.#lone; ) {
      seen = this.#lone;
      await seen;
    }
    const working = work();
    const held = working.catch(() => undefined).finally(() => this.#running.delete(held));
    this.#running.add(held);
    return working;
  }

  /** Waits for all others, then works while none begins. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = this.#lone.then(async () => {
      while (this.#running.size > 0) await Promise.all(this.#running);
      return work();
    });
    this.#lone = working.catch(() => undefined);
    return working;
  }
}
