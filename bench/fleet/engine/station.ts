import type { Engine } from './engine.ts';

/** Servers that several stations share, such as an account's concurrent executions. */
export class Pool {
  readonly limit: number;
  inUse = 0;
  mostInUse = 0;
  readonly #stations: { start(): void }[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  join(station: { start(): void }): void {
    this.#stations.push(station);
  }

  take(): boolean {
    if (this.inUse >= this.limit) return false;
    this.inUse += 1;
    this.mostInUse = Math.max(this.mostInUse, this.inUse);
    return true;
  }

  give(): void {
    this.inUse -= 1;
    for (const station of this.#stations) station.start();
  }
}

export interface StationOptions<Item> {
  readonly name: string;
  /** Calls at once, now. */
  readonly servers: () => number;
  /** Most items of a call. */
  readonly batch: number;
  /** How long a call with so many items takes. */
  readonly seconds: (items: number) => number;
  readonly done: (item: Item) => void;
  readonly pool?: Pool;
}

/** A queue and the calls that work it off, first come, first served. */
export class Station<Item> {
  readonly name: string;
  busy = 0;
  mostWaiting = 0;
  /** Of all items, from their coming to the beginning of their call, in seconds. */
  waited = 0;
  taken = 0;
  calls = 0;
  readonly #engine: Engine;
  readonly #options: StationOptions<Item>;
  readonly #items: { readonly item: Item; readonly came: number }[] = [];
  #first = 0;

  constructor(engine: Engine, options: StationOptions<Item>) {
    this.#engine = engine;
    this.#options = options;
    this.name = options.name;
    options.pool?.join(this);
  }

  get waiting(): number {
    return this.#items.length - this.#first;
  }

  offer(item: Item): void {
    this.#items.push({ item, came: this.#engine.now });
    this.start();
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
  }

  /** Begins as many calls as there are servers for. */
  start(): void {
    const { servers, batch, seconds, pool } = this.#options;
    while (this.waiting > 0 && this.busy < servers()) {
      if (pool !== undefined && !pool.take()) return;
      const taken = this.#items.slice(this.#first, this.#first + batch);
      this.#first += taken.length;
      this.#forgetTaken();
      this.busy += 1;
      this.calls += 1;
      this.taken += taken.length;
      for (const { came } of taken) this.waited += this.#engine.now - came;
      this.#engine.after(seconds(taken.length), () => this.#end(taken.map(({ item }) => item)));
    }
  }

  #end(items: readonly Item[]): void {
    this.busy -= 1;
    this.#options.pool?.give();
    for (const item of items) this.#options.done(item);
    this.start();
  }

  #forgetTaken(): void {
    if (this.#first < 10_000 || this.#first * 2 < this.#items.length) return;
    this.#items.splice(0, this.#first);
    this.#first = 0;
  }
}
