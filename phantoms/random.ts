/** What names a stream of random numbers: `new Random('cohort-a', 7, 'vessels')`. */
export type RandomKey = string | number;

function scramble(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hashKey(key: string, start: number): number {
  let hash = (0x811c9dc5 ^ start) >>> 0;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return scramble(hash);
}

/**
 * A seeded stream of random numbers. The same key gives the same numbers for ever, and streams of different keys
 * are independent: each part of a picture draws from its own, so a change in one leaves the others as they were.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), the key is hashed by FNV-1a with MurmurHash3's finaliser.
 *
 * @example new Random('seed', 3).uniform(10, 20)
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private readonly key: string;

  constructor(...key: readonly RandomKey[]) {
    this.key = key.map((part) => `${typeof part}:${part}`).join('\u0000');
    this.a = hashKey(this.key, 0x9e3779b9);
    this.b = hashKey(this.key, 0x243f6a88);
    this.c = hashKey(this.key, 0xb7e15162);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An independent stream named after this one and `key`; how much was drawn from this one does not matter. */
  fork(...key: readonly RandomKey[]): Random {
    return new Random(this.key, ...key);
  }

  /** Evenly spread over [0, 1). */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** Evenly spread over [from, to). */
  uniform(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** Normally distributed, cut at three deviations so that no picture falls out of the anatomically possible. */
  normal(mean = 0, deviation = 1): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const value = radius * Math.cos(2 * Math.PI * this.next());
    return mean + deviation * Math.max(-3, Math.min(3, value));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** 1 or -1. */
  sign(): 1 | -1 {
    return this.next() < 0.5 ? -1 : 1;
  }

  /** One of the values, each as likely; `weights` makes some more likely. */
  pick<T>(values: readonly T[], weights?: readonly number[]): T {
    const total = weights?.reduce((sum, weight) => sum + weight, 0) ?? values.length;
    let left = this.next() * total;
    for (let i = 0; i < values.length - 1; i++) {
      left -= weights?.[i] ?? 1;
      if (left < 0) return values[i] as T;
    }
    return values[values.length - 1] as T;
  }
}
