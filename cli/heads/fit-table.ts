import Table from 'cli-table3';
import type { Head } from '../../model/heads/head.ts';

const figure = (value: number): string => value.toFixed(3);

/** What a fitted head's statistics say, a label a line. All figures are of held-out folds. */
export function fitTable({ labels, statistics }: Head): string {
  if (statistics === undefined) return '';
  const table = new Table({
    head: [
      'label',
      'known',
      'positive',
      'prevalence',
      'AUROC',
      'threshold',
      'sensitivity',
      'specificity',
      'penalty',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 8 }, () => 'right' as const)],
  });
  for (const { name, threshold } of labels) {
    const own = statistics.labels[name];
    if (own === undefined) continue;
    const shares = [own.auroc, threshold, own.sensitivity, own.specificity].map(figure);
    table.push([
      name,
      own.known,
      own.positive,
      figure(own.prevalence),
      ...shares,
      own.penalty.toPrecision(2),
    ]);
  }
  const { folds, units, groups } = statistics;
  return `${table}\nFigures of ${folds} held-out folds; ${units} units of ${groups} patients, thresholds for ${statistics.threshold}.`;
}
