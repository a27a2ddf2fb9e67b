import Table from 'cli-table3';
import pc from 'picocolors';
import { figureText } from '../../model/evaluation/figure-text.ts';
import { type EvaluationReport, warningsOf } from '../../model/evaluation/report/report.ts';

/** The figures that matter most of each label, for a terminal. */
export function evaluationText(report: EvaluationReport): string {
  const { whole, head, cohort } = report;
  const table = new Table({
    head: ['label', 'positive / known', 'AUROC (95 %)', 'AUPR', 'sensitivity', 'specificity', 'ECE'],
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  for (const { name, positives, cases, figures } of whole.labels) {
    const row = [
      figures.auroc,
      figures.averagePrecision,
      figures.sensitivity,
      figures.specificity,
      figures.calibrationError,
    ];
    table.push([name, `${positives} / ${cases}`, ...row.map((figure) => figureText(figure))]);
  }
  const { classes, macro } = whole;
  return [
    `${pc.bold(head.name)} on ${whole.cases} ${cohort.unit}s of ${whole.patients} patients`,
    table.toString(),
    `macro AUROC ${figureText(macro.auroc)}, macro AUPR ${figureText(macro.averagePrecision)}`,
    ...(classes === null ? [] : [`accuracy ${figureText(classes.accuracy)}`]),
    ...(classes?.quadraticKappa == null
      ? []
      : [`quadratic weighted kappa ${figureText(classes.quadraticKappa)}`]),
    ...warningsOf(report).map((warning) => pc.yellow(warning)),
    report.notice,
  ].join('\n');
}
