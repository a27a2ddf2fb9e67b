/** Parts of the pipeline that are timed. */
export const STAGES = ['download', 'inference', 'publish'] as const;
export type Stage = (typeof STAGES)[number];

/** What a stage did since the last report. */
export interface StageRate {
  readonly stage: Stage;
  readonly images: number;
  /** Sum over everything that ran side by side. */
  readonly busySeconds: number;
  /** Images for each second of one busy lane: what the stage could do alone. */
  readonly imagesPerSecond: number;
}

/** Counts images and time of each stage, to show which one binds. */
export class StageRates {
  readonly #sums = new Map<Stage, { images: number; milliseconds: number }>();
  #batches = 0;
  #places = 0;
  #filled = 0;

  record(stage: Stage, images: number, milliseconds: number): void {
    const sum = this.#sums.get(stage) ?? { images: 0, milliseconds: 0 };
    this.#sums.set(stage, { images: sum.images + images, milliseconds: sum.milliseconds + milliseconds });
  }

  /** Runs and times one piece of a stage's work. */
  async time<Result>(stage: Stage, images: number, work: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const result = await work();
    this.record(stage, images, performance.now() - began);
    return result;
  }

  recordBatch(filled: number, places: number): void {
    this.#batches += 1;
    this.#filled += filled;
    this.#places += places;
  }

  /** Gives the sums out and starts from zero. */
  take(): {
    readonly stages: readonly StageRate[];
    readonly batches: number;
    readonly batchFill: number | null;
  } {
    const stages = [...this.#sums].map(([stage, { images, milliseconds }]) => ({
      stage,
      images,
      busySeconds: milliseconds / 1000,
      imagesPerSecond: milliseconds === 0 ? 0 : (images * 1000) / milliseconds,
    }));
    const report = {
      stages,
      batches: this.#batches,
      batchFill: this.#places === 0 ? null : this.#filled / this.#places,
    };
    this.#sums.clear();
    this.#batches = 0;
    this.#filled = 0;
    this.#places = 0;
    return report;
  }
}
