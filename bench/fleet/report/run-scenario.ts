import { PARTITIONS } from '../../../aws/table/listing-partitions.ts';
import { billOf } from '../../../lib/cost/bill/bill.ts';
import { readPrices } from '../../../lib/cost/prices/price-list.ts';
import type { StackFacts } from '../../../lib/cost/stack/stack-facts.ts';
import { workloadOf } from '../../../lib/cost/work/workload.ts';
import { LIMITS } from '../system/limits.ts';
import type { FleetSetup } from '../system/pipeline.ts';
import {
  LOADS,
  NATIONAL_EXAMS_A_DAY,
  SCENARIOS,
  type ScenarioName,
  setupOf,
  steadyLoad,
} from '../system/scenarios.ts';
import { type Simulated, simulate } from '../system/simulate.ts';

export const LANES = ['live', 'gpu'] as const;
export type Lane = (typeof LANES)[number];

/** A scenario that was simulated, and what its day costs. */
export interface Figures {
  readonly scenario: string;
  readonly lane: Lane;
  readonly simulated: Simulated;
  /** Of the day, without what is idle and what is kept, in us-east-1. */
  readonly usd: number;
}

const REGION = 'us-east-1';

function dayCost(facts: StackFacts, lane: Lane, { exams, gpuHours }: Simulated): number {
  const prices = readPrices(REGION);
  const { exam } = billOf(facts, prices, workloadOf(NATIONAL_EXAMS_A_DAY, lane));
  const { gpuHour, gpuSpotShare } = prices.prices;
  return exams * exam.reduce((sum, { usd }) => sum + usd, 0) + gpuHours * gpuHour.usd * gpuSpotShare.usd;
}

/** @example runScenario(facts, 'field-day', 'live', 1).simulated.p99 */
export function runScenario(
  facts: StackFacts,
  name: ScenarioName,
  lane: Lane,
  seed: number,
  change: Partial<FleetSetup> = {},
): Figures {
  const simulated = simulate({ ...setupOf(facts, lane), ...change }, SCENARIOS[name].arrivals, seed);
  return { scenario: name, lane, simulated, usd: dayCost(facts, lane, simulated) };
}

export interface LoadFigures {
  readonly load: number;
  readonly lane: Lane;
  readonly simulated: Simulated;
}

/** Every load on a lane, five minutes of it. */
export function runLoads(
  facts: StackFacts,
  lane: Lane,
  seed: number,
  change: Partial<FleetSetup> = {},
): readonly LoadFigures[] {
  const setup = { ...setupOf(facts, lane), ...change };
  return LOADS.map((load) => ({ load, lane, simulated: simulate(setup, steadyLoad(load), seed) }));
}

/** How results of a job of a million exams are taken, come as fast as its workers re-score. */
export const JOB = { exams: 1_000_000, resultsPerSecond: 2_500 } as const;

export const JOB_TABLES = [
  ['a new table', { tableWrites: LIMITS.newTableWrites.limit, outcomePartitions: PARTITIONS }],
  [
    'a table that has grown to its quota',
    { tableWrites: LIMITS.tableWrites.limit, outcomePartitions: PARTITIONS },
  ],
  [
    'the same, an outcome in one partition, as before',
    { tableWrites: LIMITS.tableWrites.limit, outcomePartitions: 1 },
  ],
] as const;

/** Simulates a tenth of the job: what it is bound by does not change. */
export function runJob(facts: StackFacts, seed: number) {
  const part = JOB.exams / 10;
  return JOB_TABLES.map(([name, change]) => {
    const setup = { ...setupOf(facts, 'live'), ...change };
    const arrivals = function* () {
      for (let index = 0; index < part; index += 1) yield index / JOB.resultsPerSecond;
    };
    const { lasted, narrowest } = simulate(setup, arrivals, seed, 'rescored');
    return { name, seconds: (lasted * JOB.exams) / part, narrowest };
  });
}
