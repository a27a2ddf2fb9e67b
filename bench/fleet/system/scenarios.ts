import { PARTITIONS } from '../../../aws/table/listing-partitions.ts';
import type { StackFacts } from '../../../lib/cost/stack/stack-facts.ts';
import { GPU_EXAMS_PER_SECOND } from '../../../lib/cost/work/compute.ts';
import type { Workload } from '../../../lib/cost/work/workload.ts';
import { IDLE_TIME } from '../../../lib/screening/backlog-scaling.ts';
import { readSettings } from '../../../lib/settings.ts';
import { type Arrivals, fieldDay, nationalDay } from './arrivals.ts';
import { LIMITS, RECLAIMED, reclaimsPerHour } from './limits.ts';
import type { FleetSetup } from './pipeline.ts';

/** Most calls at once of the live lane, and exams of a call, where the stack has no function of its own for it yet. */
const LANE = { batchSize: 10, maxConcurrency: 20 } as const;

/** A fleet as it comes: the stack's own settings, an account with Lambda's default quota, a new table, Spot at its worst. */
export function setupOf(facts: StackFacts, lane: Workload['lane']): FleetSetup {
  const { backlogPerWorker, maxWorkers } = readSettings({ tryGetContext: () => undefined });
  const { batchSize, maxConcurrency } = facts.functions.screen?.sources[0] ?? LANE;
  return {
    lane,
    facts,
    rules: { backlogPerWorker, maxWorkers, idleMinutes: IDLE_TIME.toMinutes() },
    accountConcurrency: LIMITS.concurrency.limit,
    laneConcurrency: maxConcurrency,
    laneBatch: batchSize,
    gpuExamsPerSecond: GPU_EXAMS_PER_SECOND,
    reclaimsPerHour: reclaimsPerHour(RECLAIMED.scarce.share),
    tableWrites: LIMITS.newTableWrites.limit,
    outcomePartitions: PARTITIONS,
  };
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly arrivals: Arrivals;
}

const WORKING_DAYS = 250;

/** 100 million exams a year, on 250 days of ten hours. */
export const NATIONAL_EXAMS_A_DAY = 100_000_000 / WORKING_DAYS;

export const SCENARIOS = {
  'field-day': {
    name: 'field-day',
    title: 'a field day: 10,000 exams, sent at 3 a second',
    arrivals: fieldDay(10_000, 3),
  },
  national: {
    name: 'national',
    title: 'a country: 400,000 exams in ten hours, most of them at noon',
    arrivals: nationalDay(NATIONAL_EXAMS_A_DAY, 10),
  },
} as const satisfies Readonly<Record<string, Scenario>>;
export type ScenarioName = keyof typeof SCENARIOS;

/** Exams a second that loads are tried at, for five minutes each. */
export const LOADS = [10, 25, 50, 75, 100, 150, 200, 300, 400, 600] as const;
export const LOAD_SECONDS = 300;

/** Exams at one rate for five minutes. */
export function steadyLoad(examsPerSecond: number): Arrivals {
  return fieldDay(examsPerSecond * LOAD_SECONDS, examsPerSecond);
}
