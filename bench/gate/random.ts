/** Seeded numbers for making pictures: mulberry32. The same seed gives the same pictures on every machine. */
export class PictureRandom {
  #state: number;
  #place = 0;

  constructor(seed: string) {
    let hash = 0x811c9dc5;
    for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
    this.#state = hash >>> 0;
    this.#place = hash & 65535;
  }

  /** @returns 0 to 1, without 1 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next();
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.next() * items.length)] as Item;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  normal(): number {
    this.#place = (this.#place + 1) & 65535;
    if (this.#place === 0) this.#place = this.whole(0, 65535);
    return NORMAL[this.#place] as number;
  }
}

/** Normal numbers to read from anywhere: to draw each is too slow for a picture's noise. By Box and Muller (1958). */
const NORMAL = ((random) =>
  Float32Array.from(
    { length: 65536 },
    () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
  ))(new PictureRandom('normal'));
