import { Engine } from '../engine/engine.ts';
import { Random } from '../engine/random.ts';
import type { Arrivals } from './arrivals.ts';
import { type Exam, type FleetSetup, Pipeline } from './pipeline.ts';

/** What waits, and for how long, of one part of the system. */
export interface PartFigures {
  readonly name: string;
  /** Mean wait of what it takes, in seconds. */
  readonly wait: number;
  readonly most: number;
}

export interface Simulated {
  readonly exams: number;
  readonly answered: number;
  /** From the upload of an exam to its answer, in seconds. */
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  /** From the first exam to the last answer, in seconds. */
  readonly lasted: number;
  readonly gpuHours: number;
  readonly wakeUps: number;
  readonly reclaimed: number;
  readonly mostWorkers: number;
  readonly mostInFlight: number;
  readonly mostConcurrent: number;
  readonly parts: readonly PartFigures[];
  /** Part that made exams wait longest, on average; `none` where no part did for a second. */
  readonly narrowest: string;
  /** Seconds to the answer, in the order of arrival, of one exam in some. */
  readonly sample: readonly (readonly [came: number, seconds: number])[];
  readonly events: number;
}

/** No answer waits for these. */
const BEHIND_THE_ANSWER: ReadonlySet<string> = new Set(['index-exam', 'webhooks']);
/** How many exams are drawn. */
const SAMPLED = 600;

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/**
 * Lets exams come to a fleet until the last is answered.
 *
 * @param seed the same one, the same figures
 * @param comes whether exams are uploaded, or come with a new result, as from a job
 */
export function simulate(
  setup: FleetSetup,
  arrivals: Arrivals,
  seed: number,
  comes: 'uploaded' | 'rescored' = 'uploaded',
): Simulated {
  const engine = new Engine();
  const seconds: number[] = [];
  const came: number[] = [];
  let last = 0;
  const pipeline = new Pipeline(engine, new Random(seed + 1), setup, (exam: Exam) => {
    seconds.push(engine.now - exam.came);
    came.push(exam.came);
    last = engine.now;
  });
  let exams = 0;
  const times = arrivals(new Random(seed))[Symbol.iterator]();
  const next = (): void => {
    const { value, done } = times.next();
    if (done === true) return;
    exams += 1;
    engine.at(value, () => {
      const exam = { came: engine.now, images: 0 };
      if (comes === 'uploaded') pipeline.arrive(exam);
      else pipeline.rescored(exam);
      next();
    });
  };
  next();
  engine.run();
  const sorted = Float64Array.from(seconds).sort();
  const parts = partsOf(pipeline, exams);
  const narrowest = parts
    .filter(({ name }) => !BEHIND_THE_ANSWER.has(name))
    .toSorted((a, b) => b.wait - a.wait)[0];
  const step = Math.max(1, Math.floor(seconds.length / SAMPLED));
  const { fleet, pool } = pipeline;
  return {
    exams,
    answered: seconds.length,
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    longest: sorted.at(-1) ?? Number.NaN,
    lasted: last,
    gpuHours: fleet.instanceSeconds / 3_600,
    wakeUps: fleet.wakeUps,
    reclaimed: fleet.reclaimed,
    mostWorkers: fleet.mostWorkers,
    mostInFlight: fleet.mostInFlight,
    mostConcurrent: pool.mostInUse,
    parts,
    narrowest: narrowest !== undefined && narrowest.wait > 1 ? narrowest.name : 'none',
    sample: seconds
      .map((value, index) => [came[index] ?? 0, value] as const)
      .filter((_, index) => index % step === 0),
    events: engine.happened,
  };
}

function partsOf({ stations, meters, fleet }: Pipeline, exams: number): readonly PartFigures[] {
  return [
    ...stations.map(({ name, waited, taken, mostWaiting }) => ({
      name,
      wait: taken === 0 ? 0 : waited / taken,
      most: mostWaiting,
    })),
    ...meters.map(({ name, waited, delayed }) => ({
      name,
      wait: exams === 0 ? 0 : waited / exams,
      most: delayed,
    })),
    { name: 'GPU workers', wait: exams === 0 ? 0 : fleet.waited / exams, most: fleet.mostWaiting },
  ];
}
