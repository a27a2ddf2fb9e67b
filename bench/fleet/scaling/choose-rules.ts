import { type Arrivals, fieldDay, nationalDay } from '../system/arrivals.ts';
import type { ScalingRules } from '../system/gpu-fleet.ts';
import { simulateWorkers, type WorkerFigures } from './simulate-workers.ts';

/** Days that rules are judged by. */
export const DAYS: readonly {
  readonly name: string;
  readonly arrivals: Arrivals;
  /** Whether answers must be there in time: a sender with an exam every few minutes waits for a start now and then. */
  readonly isBound: boolean;
}[] = [
  { name: 'clinic: 60 exams in 8 hours', arrivals: fieldDay(60, 60 / 28_800), isBound: false },
  { name: 'field day: 10,000 exams, 3 a second', arrivals: fieldDay(10_000, 3), isBound: true },
  { name: 'field day: 10,000 exams, 25 a second', arrivals: fieldDay(10_000, 25), isBound: true },
  { name: 'country: 60,000 exams in 90 minutes', arrivals: nationalDay(60_000, 1.5), isBound: true },
];

/** 99 of 100 exams of a day are to be answered by then, in seconds: within the hour, of which a start takes a third. */
export const IN_TIME = 1_200;
/** Hours that are not worth telling apart. */
const AS_CHEAP = 1.02;
export const SEEDS = [1, 2, 3, 4, 5] as const;

export const CANDIDATES: readonly ScalingRules[] = [1_000, 2_000, 3_000, 6_000].flatMap((backlogPerWorker) =>
  [5, 10, 20, 30].flatMap((idleMinutes) =>
    [2, 4, 8].map((maxWorkers) => ({ backlogPerWorker, idleMinutes, maxWorkers })),
  ),
);

export interface Judged {
  readonly rules: ScalingRules;
  /** By the day, each the mean over the seeds; the 99th percentile the longest of them. */
  readonly days: readonly WorkerFigures[];
  /** Of all days. */
  readonly gpuHours: number;
  readonly isInTime: boolean;
}

/** What rules do on each day. */
export function judge(rules: ScalingRules): Judged {
  const days = DAYS.map(({ arrivals }) => {
    const runs = SEEDS.map((seed) => simulateWorkers(rules, arrivals, seed));
    const mean = (of: (one: WorkerFigures) => number) =>
      runs.reduce((sum, one) => sum + of(one), 0) / runs.length;
    return {
      median: mean(({ median }) => median),
      p99: Math.max(...runs.map(({ p99 }) => p99)),
      gpuHours: mean(({ gpuHours }) => gpuHours),
    };
  });
  return {
    rules,
    days,
    gpuHours: days.reduce((sum, { gpuHours }) => sum + gpuHours, 0),
    isInTime: days.every(({ p99 }, day) => DAYS[day]?.isBound === false || p99 <= IN_TIME),
  };
}

/**
 * The rules that the stack has: the cheapest that answer in time. Among equally cheap ones, those with the shortest longest
 * wait.
 */
export function choose(judged: readonly Judged[]): Judged | undefined {
  const inTime = judged.filter(({ isInTime }) => isInTime);
  const least = Math.min(...inTime.map(({ gpuHours }) => gpuHours));
  const waits = ({ days }: Judged) => days.reduce((sum, { p99 }) => sum + p99, 0);
  return inTime
    .filter(({ gpuHours }) => gpuHours <= AS_CHEAP * least)
    .toSorted((a, b) => waits(a) - waits(b) || a.rules.maxWorkers - b.rules.maxWorkers)[0];
}
