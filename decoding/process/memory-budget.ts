interface Waiting {
  readonly bytes: number;
  readonly resolve: () => void;
}

/**
 * Memory that several decoders share: each takes what it needs and waits until there is room, in the order of their
 * coming, so that a large picture is not passed by small ones for ever.
 *
 * @example
 * const budget = new MemoryBudget(2 ** 30);
 * await budget.take(bytes);
 * try { … } finally { budget.give(bytes); }
 */
export class MemoryBudget {
  readonly bytes: number;
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#free = bytes;
  }

  /** Not taken at present. */
  get free(): number {
    return this.#free;
  }

  /** Resolves when the bytes are taken. More than the whole budget is never there: ask for no more. */
  take(bytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ bytes, resolve });
    this.#serve();
    return promise;
  }

  give(bytes: number): void {
    this.#free += bytes;
    this.#serve();
  }

  #serve(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.resolve();
    }
  }
}
