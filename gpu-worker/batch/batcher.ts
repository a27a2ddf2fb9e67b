/** Something that takes one or more places in a batch, all of them in the same one. */
export interface Batchable {
  /** Places that it takes; at least 1. */
  readonly places: number;
}

export interface BatcherOptions<Item extends Batchable> {
  /** Places of a batch. */
  readonly size: number;
  /** A batch leaves at the latest so long after its first item came. */
  readonly ageMilliseconds: number;
  /** Takes a batch. Called again before the earlier batch is done. */
  readonly onBatch: (items: readonly Item[]) => void;
}

/**
 * Forms batches across exams: a batch leaves when it is full or old enough, whichever comes first. Both eyes of an exam
 * stay together, so a batch can leave with a free place.
 *
 * ```
 * size 4:  [A A] [B B] ─▶ full, leaves at once
 *          [C C] [D]   ─▶ the next exam has two eyes: leaves with a free place
 *          [E E] ……… age ─▶ leaves
 * ```
 */
export class Batcher<Item extends Batchable> {
  readonly #options: BatcherOptions<Item>;
  #waiting: Item[] = [];
  #places = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    const { size, ageMilliseconds } = this.#options;
    if (this.#places + item.places > size) this.flush();
    this.#waiting.push(item);
    this.#places += item.places;
    if (this.#places >= size) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), ageMilliseconds);
  }

  /** Lets what is waiting leave now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#places = 0;
    this.#options.onBatch(items);
  }
}
