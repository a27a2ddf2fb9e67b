import type { Head } from '../../../core/heads/head.ts';
import type { Targets } from '../../cohort/cohort.ts';
import { CohortError } from '../../errors.ts';

/** What is to be learned, one column for each label of the head. */
export interface FitTargets {
  readonly kind: Head['kind'];
  readonly names: readonly string[];
  /** Of grades, the one below the first label. */
  readonly lowest: string | undefined;
  /** int8 [units, names]: 1, 0, or -1 where it is unknown. */
  readonly codes: Int8Array;
}

/** The kind of head that targets ask for unless one is named. */
function kindOf(targets: Targets, kind: Head['kind'] | undefined): Head['kind'] {
  const natural = targets.kind === 'labels' ? 'multi-label' : 'multi-class';
  if (kind === undefined) return natural;
  if ((kind === 'multi-label') !== (targets.kind === 'labels')) {
    throw new CohortError(
      kind === 'multi-label'
        ? 'A multi-label head needs a column of 0 and 1 for each label, but the labels are classes. Choose multi-class or ordinal.'
        : `A head of kind ${kind} needs one column of classes. Name it with --classes.`,
    );
  }
  return kind;
}

/** @throws CohortError naming every label that cannot be learned, with its counts */
function refuseSingleClass({ names, codes, kind, lowest }: FitTargets, groups: readonly string[]): void {
  const problems = names.flatMap((name, label) => {
    const [negative, positive] = [new Set<string>(), new Set<string>()];
    groups.forEach((group, unit) => {
      const code = codes[unit * names.length + label] as number;
      if (code >= 0) (code === 1 ? positive : negative).add(group);
    });
    if (positive.size >= 2 && negative.size >= 2) return [];
    return [`${name} (${positive.size} patients with, ${negative.size} without)`];
  });
  if (problems.length === 0) return;
  const whole = lowest === undefined ? [] : [`The lowest grade is ${lowest}.`];
  throw new CohortError(
    [
      `Nothing can be learned of ${problems.join(', ')}: two patients with and two without are the least.`,
      ...whole,
      kind === 'multi-label'
        ? 'Choose the others with --only.'
        : 'Put rare classes together, or leave them out.',
    ].join(' '),
  );
}

/**
 * Targets as columns: labels as they are, one for each class, or of grades one for each above the lowest: this one or a
 * higher one (Frank and Hall 2001).
 *
 * @throws CohortError if kind and targets do not fit, or a label has one class only
 */
export function fitTargets(
  targets: Targets,
  groups: readonly string[],
  wanted: Head['kind'] | undefined,
): FitTargets {
  const kind = kindOf(targets, wanted);
  const [first, ...higher] = targets.names;
  const names = kind === 'ordinal' ? higher : targets.names;
  const codes = new Int8Array(groups.length * names.length);
  for (let unit = 0; unit < groups.length; unit += 1) {
    for (let label = 0; label < names.length; label += 1) {
      const index = unit * names.length + label;
      if (targets.kind === 'labels') codes[index] = targets.values[index] as number;
      else if (kind === 'ordinal') codes[index] = (targets.values[unit] as number) > label ? 1 : 0;
      else codes[index] = targets.values[unit] === label ? 1 : 0;
    }
  }
  const result: FitTargets = { kind, names, lowest: kind === 'ordinal' ? first : undefined, codes };
  if (names.length === 0) throw new CohortError('All rows are of one class: nothing can be learned.');
  refuseSingleClass(result, groups);
  return result;
}
