import { createHash } from 'node:crypto';
import { CohortError } from '../../errors.ts';
import type { FitTargets } from './fit-targets.ts';

/** Groups in an order that depends on their names and a seed only. */
function shuffled(groups: Iterable<string>, seed: string): string[] {
  const keyed = [...groups].map((group) => ({
    group,
    key: createHash('sha256').update(`${seed}\n${group}`).digest('hex'),
  }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ group }) => group);
}

/** For each group its rarest positive label; a group without any comes last. */
function rarestLabels({ codes, names }: FitTargets, groups: readonly string[]): Map<string, number> {
  const labels = names.length;
  const counts = new Uint32Array(labels);
  codes.forEach((code, index) => {
    if (code === 1) (counts[index % labels] as number) += 1;
  });
  const byRarity = [...counts.keys()].sort((a, b) => (counts[a] as number) - (counts[b] as number));
  const ranks = new Map<string, number>();
  groups.forEach((group, unit) => {
    const rank = byRarity.findIndex((label) => codes[unit * labels + label] === 1);
    const known = ranks.get(group) ?? labels;
    ranks.set(group, Math.min(known, rank === -1 ? labels : rank));
  });
  return ranks;
}

/**
 * Deals groups into folds: each group into one, and those with a rare label evenly. The same names and seed give the
 * same folds, in whatever order the units come.
 *
 * @param groups of each unit
 * @returns the fold of each unit
 * @throws CohortError if there are fewer groups than folds
 */
export function groupedFolds(
  targets: FitTargets,
  groups: readonly string[],
  options: { readonly folds: number; readonly seed: string },
): Uint8Array {
  const ranks = rarestLabels(targets, groups);
  if (ranks.size < options.folds) {
    throw new CohortError(
      `There are ${ranks.size} patients for ${options.folds} folds. Label more, or choose fewer with --folds.`,
    );
  }
  const dealt = new Map<string, number>();
  const order = shuffled(ranks.keys(), options.seed).sort(
    (a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0),
  );
  order.forEach((group, index) => {
    dealt.set(group, index % options.folds);
  });
  return Uint8Array.from(groups, (group) => dealt.get(group) ?? 0);
}

/**
 * A part of the units, whole groups, in which rare labels are kept as far as possible.
 *
 * @param most about how many
 * @returns rows in rising order; all of them if there are no more than that
 */
export function sampleGroups(
  targets: FitTargets,
  groups: readonly string[],
  options: { readonly most: number; readonly seed: string },
): Uint32Array {
  if (groups.length <= options.most) return Uint32Array.from(groups.keys());
  const labels = targets.names.length;
  /** Positives of each label that are taken beyond the sample's share. */
  const enough = Math.max(20, Math.floor(options.most / (8 * labels)));
  const units = Map.groupBy(groups.keys(), (unit) => groups[unit] ?? '');
  const taken = new Uint32Array(labels);
  const chosen: number[] = [];
  const later: number[][] = [];
  const labelsOf = (unit: number): number[] =>
    Array.from({ length: labels }, (_, label) => label).filter(
      (label) => targets.codes[unit * labels + label] === 1,
    );
  for (const group of shuffled(units.keys(), options.seed)) {
    const own = units.get(group) ?? [];
    const positive = own.flatMap(labelsOf);
    const isWanted =
      chosen.length < options.most && positive.some((label) => (taken[label] as number) < enough);
    if (!isWanted) {
      later.push(own);
      continue;
    }
    for (const label of positive) (taken[label] as number) += 1;
    chosen.push(...own);
  }
  for (const own of later) {
    if (chosen.length >= options.most) break;
    chosen.push(...own);
  }
  return Uint32Array.from(chosen).sort();
}
