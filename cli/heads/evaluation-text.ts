import { figureText } from '../../model/evaluation/figure-text.ts';
import { type EvaluationReport, warningsOf } from '../../model/evaluation/report/report.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

/** The figures that matter most of each label, for a terminal. */
export function evaluationText(report: EvaluationReport): string {
  const { whole, head, cohort } = report;
  const titles = ['label', 'positive / known', 'AUROC (95 %)', 'AUPR', 'sensitivity', 'specificity', 'ECE'];
  const rows: string[][] = [];
  for (const { name, positives, cases, figures } of whole.labels) {
    const row = [
      figures.auroc,
      figures.averagePrecision,
      figures.sensitivity,
      figures.specificity,
      figures.calibrationError,
    ];
    rows.push([name, `${positives} / ${cases}`, ...row.map((figure) => figureText(figure))]);
  }
  const { classes, macro } = whole;
  return [
    `${pc.bold(head.name)} on ${whole.cases} ${cohort.unit}s of ${whole.patients} patients`,
    terminalTable(titles, rows),
    `macro AUROC ${figureText(macro.auroc)}, macro AUPR ${figureText(macro.averagePrecision)}`,
    ...(classes === null ? [] : [`accuracy ${figureText(classes.accuracy)}`]),
    ...(classes?.quadraticKappa == null
      ? []
      : [`quadratic weighted kappa ${figureText(classes.quadraticKappa)}`]),
    ...warningsOf(report).map((warning) => pc.yellow(warning)),
    report.notice,
  ].join('\n');
}
