import type { OperatingPointEntry } from '../../model/bundle/operating-point.ts';
import { colours as pc } from '../terminal/colours.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

interface Measured {
  readonly value: number;
  readonly interval: { readonly low: number; readonly high: number };
}

/** A share with its interval: `5.2 % (3.1 to 8.7)`. */
export function shareText({ value, interval }: Measured): string {
  return `${percent(value)} (${(100 * interval.low).toFixed(1)} to ${(100 * interval.high).toFixed(1)})`;
}

/** A number of people with its interval: `7,012 (6,301 to 7,640)`. */
export function peopleText({ value, interval }: Measured): string {
  return `${whole(value)} (${whole(interval.low)} to ${whole(interval.high)})`;
}

/** What a policy does to patients, for a terminal, without its caveat. */
export function operatingPointText(point: OperatingPointEntry): string {
  const { policy, aim, data, protocol, missed, missedBy, cleared, referredHealthy, population } = point;
  const { people, prevalence, referred, referredSick, ungradable } = population;
  const rows: [string, string][] = [
    ['sick, missed', `${shareText(missed)} of ${missed.patients}`],
    ...Object.entries(missedBy).map(([disease, own]): [string, string] => [
      `  ${disease}`,
      `${shareText(own)} of ${own.patients}`,
    ]),
    ['healthy, recalled', `${shareText(cleared)} of ${cleared.patients}`],
    ['healthy, referred', shareText(referredHealthy)],
  ];
  const seen: [string, string][] = [
    ['referred', peopleText(referred)],
    ['  of these truly sick', peopleText(referredSick)],
    ['sick, told to come back as usual', peopleText(population.missed)],
    ['to be photographed again', peopleText(ungradable)],
  ];
  const lines = (table: readonly [string, string][], width: number): string[] =>
    table.map(([label, value]) => `  ${pc.dim(label.padEnd(width))} ${value}`);
  return [
    `${pc.bold(policy)}: ${aim}`,
    `  ${data}, ${protocol}:`,
    ...lines(rows, 24),
    `  ${whole(people)} people, ${percent(prevalence)} of them with disease, would see:`,
    ...lines(seen, 34),
  ].join('\n');
}
