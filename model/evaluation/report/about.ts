import { percentText } from '../figure-text.ts';
import { countText, type EvaluationReport } from './report.ts';

/** What was evaluated, on whom and how, as pairs of a name and a text. */
export function aboutOf(report: EvaluationReport): readonly (readonly [string, string])[] {
  const { head, model, cohort, whole, bootstrap } = report;
  const { withoutFeatures, withoutLabels } = cohort;
  const leftOut = [
    ...(withoutFeatures.length === 0
      ? []
      : [`${countText(withoutFeatures.length, 'label row')} without features`]),
    ...(withoutLabels === 0 ? [] : [`${countText(withoutLabels, cohort.unit)} without labels`]),
  ];
  const unmatched = [
    ...(cohort.labelsWithoutTruth.length === 0
      ? []
      : [`not in the labels file: ${cohort.labelsWithoutTruth.join(', ')}`]),
    ...(cohort.labelsNotLookedFor.length === 0
      ? []
      : [`not found by this head: ${cohort.labelsNotLookedFor.join(', ')}`]),
  ];
  const known = whole.labels.filter(({ cases }) => cases > 0);
  return [
    ['Head', `${head.name} (${head.id}), ${head.kind}, reads ${head.feature}`],
    ['Made from', head.provenance],
    ['Intended use', head.intendedUse],
    [
      'Model bundle',
      `${model.id} (${model.preprocessing}${model.precision === undefined ? '' : `, precision ${model.precision}`})`,
    ],
    [
      'Cohort',
      `${countText(whole.cases, cohort.unit)} of ${countText(whole.patients, 'patient')}: ${cohort.features} with ${cohort.labels}${cohort.split === null ? '' : `, split ${cohort.split}`}`,
    ],
    [
      'Prevalence',
      known
        .map(({ name, positives, cases: ofLabel }) => `${name} ${percentText(positives, ofLabel)}`)
        .join(', '),
    ],
    ...(leftOut.length === 0 ? [] : [['Left out', leftOut.join(', ')] as const]),
    ...(unmatched.length === 0 ? [] : [['Not evaluated', unmatched.join('; ')] as const]),
    [
      'Intervals',
      `95 %, percentile bootstrap over patients, ${bootstrap.resamples} resamples, seed ${bootstrap.seed}`,
    ],
    ['Made at', report.madeAt],
  ];
}

/** How to read the figures. Said once, below them. */
export const NOTES: readonly string[] = [
  'AUROC: chance that a case with the label scores higher than one without. AUPR: average precision; by chance it equals the prevalence.',
  'Sensitivity, specificity, PPV, NPV and F1 are taken at the threshold of the head. PPV and NPV hold at the prevalence of this cohort only.',
  'ECE: expected calibration error over ten bins of equal width; of few cases it comes out too high, and its resamples higher still. Brier: mean squared distance of probability and truth.',
  'Macro means leave out labels of which one class is absent. A figure that cannot be had from this cohort says why.',
];
