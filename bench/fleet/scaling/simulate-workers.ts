import { Engine } from '../engine/engine.ts';
import { Random } from '../engine/random.ts';
import type { Arrivals } from '../system/arrivals.ts';
import { GpuFleet, type ScalingRules } from '../system/gpu-fleet.ts';
import { RECLAIMED, reclaimsPerHour } from '../system/limits.ts';

/** What came of the workers alone: what is before and behind them is far quicker. */
export interface WorkerFigures {
  readonly median: number;
  readonly p99: number;
  readonly gpuHours: number;
}

export const WORKER = {
  examsPerSecond: 10,
  batch: 16,
  loanSeconds: 60,
  lingerSeconds: 900,
  reclaimsPerHour: reclaimsPerHour(RECLAIMED.scarce.share),
} as const;

/** Lets exams come straight to GPU workers. */
export function simulateWorkers(rules: ScalingRules, arrivals: Arrivals, seed: number): WorkerFigures {
  const engine = new Engine();
  const seconds: number[] = [];
  const fleet = new GpuFleet<number>(engine, new Random(seed + 1), {
    ...WORKER,
    rules,
    done: (came) => seconds.push(engine.now - came),
  });
  const times = arrivals(new Random(seed))[Symbol.iterator]();
  const next = (): void => {
    const { value, done } = times.next();
    if (done === true) return;
    engine.at(value, () => {
      fleet.offer(engine.now);
      next();
    });
  };
  next();
  engine.run();
  const sorted = Float64Array.from(seconds).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), gpuHours: fleet.instanceSeconds / 3_600 };
}
