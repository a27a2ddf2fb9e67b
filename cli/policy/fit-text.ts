import type { Fate, OperatingPoint, PolicyFitReport } from '../../model/policies/index.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';
import { terminalText } from '../terminal/text.ts';
import { peopleText, shareText } from './operating-point-text.ts';

type Row = readonly [string, number, ...string[]];

/** A share with its interval, of which each stays on one line. */
function share(value: Fate['recall']): string {
  return value === null ? '' : shareText(value).replaceAll(/ (?=%|to |[\d.]+\))/g, '\u00A0');
}

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
  return terminalTable(
    ['patients with', 'n', 'recall', 'referred', 'ungradable'],
    [
      row('any disease', sick),
      ...having.map(([disease, fate]) => row(disease, fate)),
      row('no disease', healthy),
    ],
    { numbersFrom: 1 },
  );
}

function limitLines({ name, limits }: PolicyFitReport['cohorts'][number]): string[] {
  return limits.map(({ disease, patients, limit, allowed, missed }) =>
    terminalText(
      `  ${disease ?? 'any disease'}: ${missed} of ${patients} missed, ${allowed} allowed for at most ${(100 * limit).toFixed(0)} % ${pc.dim(name)}`,
      4,
    ),
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
    terminalText(`${pc.bold(name)}: ${aim}, with a confidence of ${confidence}`, 2),
    terminalText(`  threshold ${threshold}${lower === '' ? '' : `; lower for ${lower}`}`, 2),
    ...limits,
    terminalText(
      `Of patients who had no part in the choice (${heldOut.folds} parts, ${heldOut.rounds} rounds).${within}`,
    ),
    fatesTable(heldOut.figures),
    ...(expected === null
      ? []
      : [
          terminalText(
            `${people.toLocaleString('en-US')} people, ${(100 * prevalence).toFixed(1)} % of them with disease, if sick and healthy were like these:`,
          ),
          terminalTable(
            ['', 'people, with 95 % intervals'],
            [
              ['referred', peopleText(expected.referred)],
              ['of these truly sick', peopleText(expected.referredSick)],
              ['sick, told to come back as usual', peopleText(expected.missed)],
              ['to be photographed again', peopleText(expected.ungradable)],
            ],
            { numbersFrom: 1 },
          ),
        ]),
    pc.dim(
      terminalText(
        'Sick and healthy of another clinic look different, and so do their shares. Measure yours: retclip policy measure.',
      ),
    ),
  ].join('\n');
}
