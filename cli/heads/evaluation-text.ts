import { figureText } from '../../model/evaluation/figure-text.ts';
import { type EvaluationReport, warningsOf } from '../../model/evaluation/report/report.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

/** An estimate above its interval: beside each other, five of them are wider than a terminal. */
function stacked(figure: string): string {
  return figure.replace(/ \((.*)\)$/, '\n$1');
}

/** The figures that matter most of each label, for a terminal. */
export function evaluationText(report: EvaluationReport): string {
  const { whole, head, cohort } = report;
  const titles = ['label', 'AUROC', 'AUPR', 'sensitivity', 'specificity', 'ECE'];
  const rows: string[][] = [];
  for (const { name, positives, cases, figures } of whole.labels) {
    const row = [
      figures.auroc,
      figures.averagePrecision,
      figures.sensitivity,
      figures.specificity,
      figures.calibrationError,
    ];
    rows.push([`${name}\n${positives} of ${cases}`, ...row.map((figure) => stacked(figureText(figure)))]);
  }
  const { classes, macro } = whole;
  return [
    `${pc.bold(head.name)} on ${whole.cases} ${cohort.unit}s of ${whole.patients} patients`,
    terminalTable(titles, rows),
    'Below each label its positives of all known, below each figure its 95 % interval.',
    `macro AUROC ${figureText(macro.auroc)}, macro AUPR ${figureText(macro.averagePrecision)}`,
    ...(classes === null ? [] : [`accuracy ${figureText(classes.accuracy)}`]),
    ...(classes?.quadraticKappa == null
      ? []
      : [`quadratic weighted kappa ${figureText(classes.quadraticKappa)}`]),
    ...warningsOf(report).map((warning) => pc.yellow(warning)),
    report.notice,
  ].join('\n');
}
