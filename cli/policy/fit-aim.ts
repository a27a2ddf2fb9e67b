import { InvalidArgumentError } from 'commander';
import type { PolicyAim } from '../../model/policies/index.ts';
import { WrongUseError } from '../errors.ts';

/** A share above 0 and below 1. */
export function limitOption(value: string): number {
  const share = Number(value);
  if (share > 0 && share < 1) return share;
  throw new InvalidArgumentError(
    `Expected a share above 0 and below 1, such as 0.1, but received "${value}".`,
  );
}

/** `amd=0.1,glaucoma=0.05` */
export function limitsOption(value: string): ReadonlyMap<string, number> {
  const limits = value.split(',').map((item): [string, number] => {
    const [name = '', limit = '', ...more] = item.split('=').map((part) => part.trim());
    if (name === '' || more.length > 0) {
      throw new InvalidArgumentError(`Expected NAME=SHARE with commas between but received "${value}".`);
    }
    return [name, limitOption(limit)];
  });
  return new Map(limits);
}

/** Options that say what thresholds are chosen for. */
export interface AimFlags {
  readonly miss?: number;
  readonly labelMiss?: ReadonlyMap<string, number>;
  readonly referHealthy?: number;
  readonly youden: boolean;
}

/** At most a tenth of the sick missed, unless something else is asked for. */
const USUAL_MISS = 0.1;

/**
 * @param nameOf how a label's column is spelled by heads
 * @throws WrongUseError if two aims contradict each other
 */
export function aimOf(flags: AimFlags, nameOf: (label: string) => string): PolicyAim {
  const { miss, labelMiss = new Map<string, number>(), referHealthy, youden } = flags;
  const asksForMisses = miss !== undefined || labelMiss.size > 0;
  if ([asksForMisses, referHealthy !== undefined, youden].filter(Boolean).length > 1) {
    throw new WrongUseError(
      'Choose one of --miss (with --label-miss), --refer-healthy and --youden: they contradict each other.',
    );
  }
  if (youden) return { kind: 'youden' };
  if (referHealthy !== undefined) return { kind: 'referred', healthy: referHealthy };
  const diseases = new Map([...labelMiss].map(([label, limit]) => [nameOf(label), limit]));
  return { kind: 'miss', any: miss ?? USUAL_MISS, diseases };
}
