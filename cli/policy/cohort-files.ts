import type { Command } from 'commander';
import type { Head } from '../../core/heads/head.ts';
import type { OutcomePolicy } from '../../core/policies/index.ts';
import type { Bundle } from '../../model/bundle/index.ts';
import type { AssessedCohort } from '../../model/policies/index.ts';
import { WrongUseError } from '../errors.ts';
import { requireFile } from '../given-path.ts';
import { DEFAULT_MODEL } from '../local/command.ts';
import { listOption } from '../options/option-values.ts';

/** Options that name labelled cohorts and what judges them. */
export interface CohortFileFlags {
  readonly features: readonly string[];
  readonly discFeatures: readonly string[];
  readonly labels: readonly string[];
  readonly split: readonly string[];
  readonly only?: readonly string[];
  readonly attributes?: readonly string[];
  readonly model: string;
  readonly heads: readonly string[];
}

function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** Adds the options of {@link CohortFileFlags} to a verb. */
export function withCohortFiles(command: Command): Command {
  return command
    .requiredOption(
      '--features <file>',
      "a cohort's features, from `retclip heads embed`; may be repeated",
      collect,
    )
    .option(
      '--disc-features <file>',
      'features of the same exams by their photographs of the disc, one for each --features: eyes of two fields',
      collect,
      [],
    )
    .requiredOption(
      '--labels <csv>',
      'its labels, one for each --features: patient, a column of 0 and 1 for each disease, and if need be `normal`',
      collect,
    )
    .option(
      '--split <name>',
      'the part to take where labels have splits: one for all, or one for each',
      collect,
      [],
    )
    .option('--only <list>', 'use these label columns only', listOption)
    .option('--attributes <list>', 'columns that are no labels', listOption)
    .option('--model <bundle>', 'folder of the bundle', DEFAULT_MODEL)
    .option('--heads <file>', "a head to decide by, in place of the bundle's; may be repeated", collect, []);
}

/** The heads that a verb is to decide by: those of files, or the bundle's. @throws HeadError if one does not fit */
export async function headsOf({ heads }: Pick<CohortFileFlags, 'heads'>, bundle: Bundle): Promise<Head[]> {
  const { readHead } = await import('../../model/heads/read-head.ts');
  const { refuseForeignHead } = await import('../../core/heads/head.ts');
  const { geometry, id } = bundle.manifest;
  if (heads.length === 0) return bundle.heads.map(({ id: _, ...head }) => head);
  const read = await Promise.all(heads.map(readHead));
  for (const head of read) refuseForeignHead(head, geometry.embedding, id);
  return read;
}

/** What of a cohort was not used, each with its reason. */
export function leftOutOf({ name, withoutFeatures, withoutDisc }: AssessedCohort): string[] {
  return [
    ...withoutFeatures.map(({ item, line }) => `${item} (line ${line} of ${name}): no features`),
    ...(withoutDisc === 0
      ? []
      : [`${withoutDisc} exams of ${name}: an eye has no gradable photograph of the disc`]),
  ];
}

/**
 * Reads the cohorts that a verb names and assesses them as the pipeline would.
 *
 * @throws WrongUseError if features, labels and splits do not pair up, or the features are of another bundle
 */
export async function assessedCohorts(
  flags: CohortFileFlags,
  parts: { readonly bundle: Bundle; readonly heads: readonly Head[]; readonly policy: OutcomePolicy },
): Promise<[AssessedCohort, ...AssessedCohort[]]> {
  const { FeaturesFile, readLabels } = await import('../../model/cohort/index.ts');
  const { assessCohort } = await import('../../model/policies/index.ts');
  const { features, discFeatures, labels, split, only, attributes } = flags;
  if (features.length !== labels.length || (split.length > 1 && split.length !== labels.length)) {
    throw new WrongUseError(
      `Expected as many --labels as --features, and one --split or as many, but received ${features.length} features, ${labels.length} labels and ${split.length} splits.`,
    );
  }
  if (discFeatures.length > 0 && discFeatures.length !== features.length) {
    throw new WrongUseError(
      `Expected as many --disc-features as --features, or none, but received ${discFeatures.length} and ${features.length}.`,
    );
  }
  const { id } = parts.bundle.manifest;
  const open = async (path: string) => {
    await requireFile('Features file', path);
    const file = await FeaturesFile.open(path);
    if (file.origin.model === id) return file;
    await file.close();
    throw new WrongUseError(
      `The features in "${path}" are of model ${file.origin.model.slice(0, 12)}…, not of bundle "${flags.model}" (${id.slice(0, 12)}…). Embed the photographs with that bundle.`,
    );
  };
  const cohorts: AssessedCohort[] = [];
  for (const [place, path] of features.entries()) {
    const table = labels[place] as string;
    await requireFile('Labels file', table);
    await using opened = new AsyncDisposableStack();
    const file = opened.adopt(await open(path), (one) => one.close());
    const disc = discFeatures[place];
    const discs = disc === undefined ? undefined : opened.adopt(await open(disc), (one) => one.close());
    const known = await readLabels(table, { only, attributes });
    const part = split.length > 1 ? split[place] : split[0];
    cohorts.push(await assessCohort({ ...parts, features: file, discs, labels: known, split: part }));
  }
  return cohorts as [AssessedCohort, ...AssessedCohort[]];
}
