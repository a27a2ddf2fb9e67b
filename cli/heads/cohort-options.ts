import type { Command } from 'commander';
import type { Cohort, LabelOptions } from '../../model/cohort/index.ts';
import { listOption } from '../options/option-values.ts';
import { colours as pc } from '../terminal/colours.ts';
import { leftOutLines } from '../terminal/left-out.ts';

/** Options by which a verb reads a labels file. */
export interface CohortFlags {
  readonly labels: string;
  readonly classes?: string;
  readonly classOrder?: readonly string[];
  readonly only?: readonly string[];
  readonly attributes?: readonly string[];
  readonly split?: string;
}

/** Adds the options of {@link CohortFlags} to a verb. */
export function withCohortOptions(command: Command): Command {
  return command
    .requiredOption(
      '--labels <csv>',
      'labels: patient, if need be exam and eye, a column of 0 and 1 for each label',
    )
    .option('--classes <column>', 'one column of classes or grades instead')
    .option('--class-order <list>', 'its classes in rising order', listOption)
    .option('--only <list>', 'use these label columns only', listOption)
    .option('--attributes <list>', 'columns that are no labels', listOption)
    .option('--split <name>', 'use the rows of this split only');
}

/** What of the flags the reader of labels takes. */
export function labelOptionsOf({ classes, classOrder, only, attributes }: CohortFlags): LabelOptions {
  return { classes, classOrder, only, attributes };
}

/** Lines for a person about what did not come together. */
export function cohortLines({ units, leftOut }: Cohort): string[] {
  const { withoutFeatures, withoutLabels } = leftOut;
  const missing = withoutFeatures.map(({ item, line }) => `${item} (line ${line}): no features`);
  return [
    ...leftOutLines('left out', missing),
    ...(missing.length > 0 ? [`  ${missing.length} labels without features`] : []),
    ...(withoutLabels > 0
      ? [pc.dim(`  ${withoutLabels} without labels, not used; ${units.length} used`)]
      : []),
  ];
}
