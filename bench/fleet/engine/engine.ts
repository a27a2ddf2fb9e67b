interface Planned {
  readonly time: number;
  /** Of two at the same instant, the one planned first happens first. */
  readonly order: number;
  readonly happen: () => void;
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}

/**
 * A discrete-event simulation: what is planned happens in the order of its time, in seconds.
 *
 * @example
 * const engine = new Engine();
 * engine.after(5, () => console.log(engine.now)); // 5
 * engine.run();
 */
export class Engine {
  now = 0;
  /** What has happened so far. */
  happened = 0;
  readonly #heap: Planned[] = [];
  #order = 0;

  after(seconds: number, happen: () => void): void {
    this.at(this.now + seconds, happen);
  }

  /** @throws RangeError for a time that is over */
  at(time: number, happen: () => void): void {
    if (!(time >= this.now))
      throw new RangeError(`Nothing can be planned at ${time} s: it is ${this.now} s.`);
    const planned = { time, order: this.#order++, happen };
    const heap = this.#heap;
    let place = heap.length;
    heap.push(planned);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Planned;
      if (!isBefore(planned, above)) break;
      heap[place] = above;
      heap[parent] = planned;
      place = parent;
    }
  }

  /** Lets all happen that is planned until then. */
  run(until = Number.POSITIVE_INFINITY): void {
    for (let next = this.#heap[0]; next !== undefined && next.time <= until; next = this.#heap[0]) {
      this.#removeFirst();
      this.now = next.time;
      this.happened += 1;
      next.happen();
    }
    if (Number.isFinite(until)) this.now = Math.max(this.now, until);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Planned;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const right = left + 1;
      const leftOne = heap[left];
      if (leftOne === undefined) break;
      const rightOne = heap[right];
      const child = rightOne !== undefined && isBefore(rightOne, leftOne) ? right : left;
      const below = heap[child] as Planned;
      if (!isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}
