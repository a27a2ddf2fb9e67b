import { basename } from 'node:path';
import { precisionText } from '../../core/activation/precisions.ts';
import type { EvaluationReport } from '../../model/evaluation/index.ts';
import { requireFile } from '../given-path.ts';
import { headOfFile } from '../job/send-head.ts';

/** What is evaluated, and how. */
export interface EvaluateHeadOptions {
  readonly features: string;
  readonly labels: string;
  readonly groupBy?: readonly string[];
  readonly classes?: string;
  readonly classOrder?: readonly string[];
  readonly only?: readonly string[];
  readonly attributes?: readonly string[];
  readonly split?: string;
  readonly resamples: number;
  readonly seed: number;
}

/**
 * Evaluates the head of a file on a cohort of files. Nothing is written.
 *
 * @param onResample after each resample of the whole cohort
 * @throws WrongUseError, ModelError naming the file, line, label or column at fault
 */
export async function evaluateHead(
  path: string,
  options: EvaluateHeadOptions,
  onResample?: (done: number) => void,
): Promise<EvaluationReport> {
  const { FeaturesFile, joinCohort, readLabels } = await import('../../model/cohort/index.ts');
  const { headId, refuseForeignHead } = await import('../../core/heads/head.ts');
  const { refuseOtherPrecision } = await import('../../core/heads/precision-binding.ts');
  const { evaluate, evaluateGroups, RESEARCH_USE, scoreCohort } = await import(
    '../../model/evaluation/index.ts'
  );
  await requireFile('Features file', options.features);
  await requireFile('Labels file', options.labels);
  const head = await headOfFile(path);
  const { groupBy = [], split, resamples, seed } = options;
  const labels = await readLabels(options.labels, {
    classes: options.classes,
    classOrder: options.classOrder,
    only: options.only,
    attributes: [...(options.attributes ?? []), ...groupBy],
  });
  const features = await FeaturesFile.open(options.features);
  try {
    refuseForeignHead(head, features.embedding, features.origin.model);
    refuseOtherPrecision(head, features.origin, `features file "${options.features}"`);
    const cohort = joinCohort(features, labels, { feature: head.feature, split });
    const matrix = await features.read(cohort.feature, cohort.units);
    const { scored, withoutTruth, notLookedFor } = scoreCohort(cohort, head, matrix, labels);
    const whole = evaluate(scored, { resamples, seed, onResample });
    const attributes = cohort.units.map((unit) => unit.attributes);
    return {
      format: 1,
      notice: RESEARCH_USE,
      madeAt: new Date().toISOString(),
      head: {
        ...{ name: head.name, id: headId(head), kind: head.kind, feature: head.feature },
        ...{ trained: head.trained, provenance: head.provenance, intendedUse: head.intendedUse },
      },
      model: {
        id: features.origin.model,
        trained: features.origin.trained,
        preprocessing: features.origin.preprocessing,
        precision: precisionText(features.origin.precision),
      },
      cohort: {
        features: basename(options.features),
        labels: basename(options.labels),
        split: split ?? null,
        unit: cohort.units.some(({ eye }) => eye !== null) ? 'eye' : 'exam',
        withoutFeatures: cohort.leftOut.withoutFeatures,
        withoutLabels: cohort.leftOut.withoutLabels,
        labelsWithoutTruth: withoutTruth,
        labelsNotLookedFor: notLookedFor,
      },
      bootstrap: { resamples, seed, confidence: 0.95 },
      whole,
      groups: evaluateGroups(scored, attributes, groupBy, { resamples, seed }),
    };
  } finally {
    await features.close();
  }
}
