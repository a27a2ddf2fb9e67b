/** Something that takes one or more places in a batch, all of them in the same one. */
export interface Batchable {
  /** Places that it takes; at least 1. */
  readonly places: number;
}

export interface BatcherOptions<Item extends Batchable> {
  /** Places of a batch. */
  readonly size: number;
  /** A batch leaves at the latest so long after its first item came, if the receiver is free then. */
  readonly ageMilliseconds: number;
  /** Takes a batch. Called again before the earlier batch is done. */
  readonly onBatch: (items: readonly Item[]) => void;
  /** Whether a batch that left now would only wait. */
  readonly isBusy: () => boolean;
}

/**
 * Forms batches across exams: a batch leaves when it is full or old enough, whichever comes first. Both eyes of an exam
 * stay together, so a batch can leave with a free place. An old batch stays while the receiver is busy: it would wait there
 * as well, and here others can still join it.
 *
 * ```
 * size 4:  [A A] [B B] ─▶ full, leaves at once
 *          [C C] [D]   ─▶ the next exam has two eyes: leaves with a free place
 *          [E E] ……… age ─▶ leaves
 *          [F F] ……… age, busy ……… [G] ……… free ─▶ leaves
 * ```
 */
export class Batcher<Item extends Batchable> {
  readonly #options: BatcherOptions<Item>;
  #waiting: Item[] = [];
  #places = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOverdue = false;

  constructor(options: BatcherOptions<Item>) {
    this.#options = options;
  }

  add(item: Item): void {
    const { size, ageMilliseconds } = this.#options;
    if (this.#places + item.places > size) this.flush();
    this.#waiting.push(item);
    this.#places += item.places;
    if (this.#places >= size) this.flush();
    else if (!this.#isOverdue) this.#timer ??= setTimeout(() => this.#grownOld(), ageMilliseconds);
  }

  /** Tells that the receiver is free again. */
  free(): void {
    if (this.#isOverdue) this.flush();
  }

  /** Lets what is waiting leave now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isOverdue = false;
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#places = 0;
    this.#options.onBatch(items);
  }

  #grownOld(): void {
    this.#timer = undefined;
    if (this.#options.isBusy()) this.#isOverdue = true;
    else this.flush();
  }
}
