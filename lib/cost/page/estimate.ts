import { type Bill, billOf, type LineKind } from '../bill/bill.ts';
import { PRICED_REGIONS, readPrices } from '../prices/price-list.ts';
import type { StackFacts } from '../stack/stack-facts.ts';
import { type Workload, workloadOf } from '../work/workload.ts';

/** The profiles of `lib/settings.ts`, each with the lane that screens in it. */
export const PROFILES = [
  { profile: 'standard', lane: 'gpu' },
  { profile: 'cheap', lane: 'live' },
] as const;
export type Profile = (typeof PROFILES)[number]['profile'];

export const EXAMS_PER_YEAR = [0, 10_000, 1_000_000, 100_000_000] as const;

/** What a profile of the stack costs in a region with some exams a year. */
export interface Estimate {
  readonly profile: Profile;
  readonly region: string;
  readonly work: Workload;
  readonly bill: Bill;
}

export type Facts = Readonly<Record<Profile, StackFacts>>;

/** @throws UnknownRegionError */
export function estimate(facts: Facts, profile: Profile, region: string, examsPerYear: number): Estimate {
  const lane = PROFILES.find((one) => one.profile === profile)?.lane ?? 'live';
  const work = workloadOf(examsPerYear, lane);
  return { profile, region, work, bill: billOf(facts[profile], readPrices(region), work) };
}

/** Every profile in every region at every size. */
export function allEstimates(facts: Facts): readonly Estimate[] {
  return PRICED_REGIONS.flatMap((region) =>
    PROFILES.flatMap(({ profile }) => EXAMS_PER_YEAR.map((exams) => estimate(facts, profile, region, exams))),
  );
}

/** Of one exam, in USD. */
export function sumOf(bill: Bill, ...kinds: readonly LineKind[]): number {
  return bill.exam.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { usd }) => sum + usd, 0);
}

export function idleOf({ idle }: Bill): number {
  return idle.reduce((sum, { usd }) => sum + usd, 0);
}

export function keptOf({ kept }: Bill): number {
  return kept.reduce((sum, { usd }) => sum + usd, 0);
}

/** Processor and GPU time for a patient of one exam, in USD; of the first year's wake-ups too. */
export function computePerPatient({ bill, work }: Estimate): number {
  return sumOf(bill, 'compute') + (work.examsPerYear === 0 ? 0 : bill.gpuYear / work.examsPerYear);
}
