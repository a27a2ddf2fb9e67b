import Table from 'cli-table3';
import pc from 'picocolors';
import type { Fate, OperatingPoint, PolicyFitReport } from '../../model/policies/index.ts';
import { peopleText, shareText } from './operating-point-text.ts';

type Row = readonly [string, string | number, ...string[]];

function table(head: readonly string[], rows: readonly Row[]): string {
  const made = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...head.slice(1).map(() => 'right' as const)],
  });
  for (const row of rows) made.push([...row]);
  return made.toString();
}

const share = (value: Fate['recall']): string => (value === null ? '' : shareText(value));

/** What becomes of the sick, of those with each disease, and of the healthy. */
export function fatesTable({ sick, diseases, healthy }: OperatingPoint): string {
  const row = (name: string, { patients, recall, referred, ungradable }: Fate): Row => [
    name,
    patients,
    share(recall),
    share(referred),
    share(ungradable),
  ];
  const having = Object.entries(diseases).filter(([, { patients }]) => patients > 0);
  return table(
    ['patients with', 'n', 'recall', 'referred', 'ungradable'],
    [
      row('any disease', sick),
      ...having.map(([disease, fate]) => row(`  ${disease}`, fate)),
      row('no disease', healthy),
    ],
  );
}

function limitLines({ name, limits }: PolicyFitReport['cohorts'][number]): string[] {
  return limits.map(
    ({ disease, patients, limit, allowed, missed }) =>
      `  ${disease ?? 'any disease'}: ${missed} of ${patients} missed, ${allowed} allowed for at most ${(100 * limit).toFixed(0)} % ${pc.dim(name)}`,
  );
}

/** What a fit found, for a terminal. */
export function fitText(report: PolicyFitReport): string {
  const { name, aim, confidence, threshold, thresholds, cohorts, heldOut, population } = report;
  const own = Object.entries(thresholds).filter(([, value]) => value !== threshold);
  const lower = own.map(([label, value]) => `${label} ${value}`).join(', ');
  const { expected, people, prevalence } = population;
  const limits = cohorts.flatMap(limitLines);
  const within =
    heldOut.roundsWithinAim === null
      ? ''
      : ` The aim held in ${(100 * heldOut.roundsWithinAim).toFixed(0)} % of the rounds.`;
  return [
    `${pc.bold(name)}: ${aim}, with a confidence of ${confidence}`,
    `  threshold ${threshold}${lower === '' ? '' : `; lower for ${lower}`}`,
    ...limits,
    `Of patients who had no part in the choice (${heldOut.folds} parts, ${heldOut.rounds} rounds).${within}`,
    fatesTable(heldOut.figures),
    ...(expected === null
      ? []
      : [
          `${people.toLocaleString('en-US')} people, ${(100 * prevalence).toFixed(1)} % of them with disease, if sick and healthy were like these:`,
          table(
            ['', 'people, with 95 % intervals'],
            [
              ['referred', peopleText(expected.referred)],
              ['  of these truly sick', peopleText(expected.referredSick)],
              ['sick, told to come back as usual', peopleText(expected.missed)],
              ['to be photographed again', peopleText(expected.ungradable)],
            ],
          ),
        ]),
    pc.dim(
      'Sick and healthy of another clinic look different, and so do their shares. Measure yours: retclip policy measure.',
    ),
  ].join('\n');
}
