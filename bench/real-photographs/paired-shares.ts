import { Random } from '../../phantoms/random.ts';

/** What two ways of reading say of one case, and whose it is. */
export interface PairedCase {
  readonly group: string;
  readonly one: boolean;
  readonly other: boolean;
}

const RESAMPLES = 1000;

function difference(cases: readonly PairedCase[]): number {
  return cases.reduce((sum, { one, other }) => sum + Number(other) - Number(one), 0) / cases.length;
}

/**
 * How much the share of cases differs that the other way says yes to, with a 95 % interval by bootstrap over groups: the eyes
 * of one patient are drawn together.
 */
export function pairedDifference(cases: readonly PairedCase[], seed: string) {
  const groups = [...Map.groupBy(cases, ({ group }) => group).values()];
  const random = new Random('bootstrap', seed);
  const drawn = Array.from({ length: RESAMPLES }, () =>
    difference(groups.flatMap(() => groups[random.integer(0, groups.length - 1)] ?? [])),
  ).toSorted((a, b) => a - b);
  const at = (share: number) => drawn[Math.floor(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { difference: difference(cases), low: at(0.025), high: at(0.975) };
}
