import type { GroupEvaluation, LabelEvaluation, MeasuredFigure } from '../evaluation.ts';
import { figureText, percentText } from '../figure-text.ts';
import type { EvaluationReport } from './report.ts';

/** A table of texts: the same in Markdown and on the page. */
export interface TextTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const LABEL_COLUMNS: readonly [string, (label: LabelEvaluation) => string][] = [
  ['label', ({ name }) => name],
  [
    'positive / known',
    ({ positives, cases }) => `${positives} / ${cases} (${percentText(positives, cases)})`,
  ],
  ['AUROC', ({ figures }) => figureText(figures.auroc)],
  ['AUPR', ({ figures }) => figureText(figures.averagePrecision)],
  ['threshold', ({ threshold }) => threshold.toFixed(3)],
  ['sensitivity', ({ figures }) => figureText(figures.sensitivity)],
  ['specificity', ({ figures }) => figureText(figures.specificity)],
  ['PPV', ({ figures }) => figureText(figures.positivePredictiveValue)],
  ['NPV', ({ figures }) => figureText(figures.negativePredictiveValue)],
  ['F1', ({ figures }) => figureText(figures.f1)],
  ['ECE', ({ figures }) => figureText(figures.calibrationError)],
  ['Brier', ({ figures }) => figureText(figures.brier)],
];

function labelsTable({ whole }: EvaluationReport): TextTable {
  return {
    title: 'Labels',
    head: LABEL_COLUMNS.map(([title]) => title),
    rows: whole.labels.map((label) => LABEL_COLUMNS.map(([, text]) => text(label))),
  };
}

function summaryTable({ whole, head }: EvaluationReport): TextTable {
  const row = (name: string, figure: MeasuredFigure) => [name, figureText(figure)];
  const of =
    whole.classes === null
      ? 'labels'
      : `classes, one against the rest${head.kind === 'ordinal' ? ', by grade' : ''}`;
  return {
    title: 'Summary',
    head: ['figure', 'value (95 % interval)'],
    rows: [
      row(`macro AUROC, mean over ${of}`, whole.macro.auroc),
      row(`macro AUPR, mean over ${of}`, whole.macro.averagePrecision),
      ...(whole.classes === null ? [] : [row('accuracy', whole.classes.accuracy)]),
      ...(whole.classes?.quadraticKappa == null
        ? []
        : [row('quadratic weighted kappa', whole.classes.quadraticKappa)]),
    ],
  };
}

function confusionTable({ whole }: EvaluationReport): TextTable[] {
  if (whole.classes === null) return [];
  const { names, confusion } = whole.classes;
  return [
    {
      title: 'True class (rows) and the one found (columns)',
      head: ['', ...names],
      rows: names.map((name, index) => [name, ...(confusion[index] ?? []).map(String)]),
    },
  ];
}

const GROUP_FIGURES = [
  ['AUROC', 'auroc'],
  ['sensitivity', 'sensitivity'],
  ['specificity', 'specificity'],
] as const;

/** Of one column of the labels: a row for each label and figure, a column for each group. */
function groupTable(column: string, groups: readonly GroupEvaluation[]): TextTable {
  const [first] = groups;
  const macro = GROUP_FIGURES.slice(0, 1).map(([title]) => [
    'all labels',
    `macro ${title}`,
    ...groups.map((group) => figureText(group.macro.auroc, 2)),
  ]);
  const rows = (first?.labels ?? []).flatMap(({ name }, index) => [
    [
      name,
      'positive / known',
      ...groups.map(({ labels }) => `${labels[index]?.positives ?? 0} / ${labels[index]?.cases ?? 0}`),
    ],
    ...GROUP_FIGURES.map(([title, figure]) => [
      name,
      title,
      ...groups.map(({ labels }) => {
        const measured = labels[index]?.figures[figure];
        return measured === undefined || measured.value === null ? '–' : figureText(measured, 2);
      }),
    ]),
  ]);
  return {
    title: `By ${column}`,
    head: [
      'label',
      'figure',
      ...groups.map(({ value, cases, patients }) => `${value}: ${cases} cases, ${patients} patients`),
    ],
    rows: [...macro, ...rows],
  };
}

/** Every table of a report, in the order in which they stand. */
export function tablesOf(report: EvaluationReport): TextTable[] {
  const byColumn = Map.groupBy(report.groups, ({ column }) => column);
  return [
    summaryTable(report),
    labelsTable(report),
    ...confusionTable(report),
    ...[...byColumn].map(([column, groups]) => groupTable(column, groups)),
  ];
}
