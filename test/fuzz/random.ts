import { createHash } from 'node:crypto';

/** Numbers that look random and are the same for the same seed, on every machine. */
export class Random {
  readonly #seed: string;
  #block = Buffer.alloc(0);
  #at = 0;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `limit`, the limit excluded. */
  below(limit: number): number {
    if (this.#at + 6 > this.#block.length) {
      this.#block = createHash('sha512')
        .update(`${this.#seed} ${this.#count++}`)
        .digest();
      this.#at = 0;
    }
    const value = this.#block.readUIntBE(this.#at, 6);
    this.#at += 6;
    return limit <= 0 ? 0 : value % limit;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  pick<Item>(items: readonly Item[]): Item | undefined;
  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }

  /** `true` once in so many times. */
  onceIn(times: number): boolean {
    return this.below(times) === 0;
  }
}
