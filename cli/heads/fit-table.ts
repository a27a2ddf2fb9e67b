import type { Head } from '../../core/heads/head.ts';
import { terminalTable } from '../terminal/table.ts';

const figure = (value: number): string => value.toFixed(3);

/** What a fitted head's statistics say, a label a line. All figures are of held-out folds. */
export function fitTable({ labels, statistics }: Head): string {
  if (statistics === undefined) return '';
  const titles = [
    'label',
    'known',
    'positive',
    'prevalence',
    'AUROC',
    'threshold',
    'sensitivity',
    'specificity',
    'penalty',
  ];
  const rows: (string | number)[][] = [];
  for (const { name, threshold } of labels) {
    const own = statistics.labels[name];
    if (own === undefined) continue;
    const shares = [own.auroc, threshold, own.sensitivity, own.specificity].map(figure);
    rows.push([name, own.known, own.positive, figure(own.prevalence), ...shares, own.penalty.toPrecision(2)]);
  }
  const { folds, units, groups } = statistics;
  const table = terminalTable(titles, rows, { numbersFrom: 1 });
  return `${table}\nFigures of ${folds} held-out folds; ${units} units of ${groups} patients, thresholds for ${statistics.threshold}.`;
}
