/**
 * Random numbers that follow from a seed: the same seed, the same simulation.
 *
 * @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md sfc32
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = (seed ^ 0x9e3779b9) | 0;
    this.#c = Math.imul(seed + 1, 0x85ebca6b) | 0;
    for (let round = 0; round < 15; round += 1) this.uniform();
  }

  /** At least `from`, below `to`. */
  uniform(from = 0, to = 1): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return from + ((sum >>> 0) / 2 ** 32) * (to - from);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.uniform());
  }
}
