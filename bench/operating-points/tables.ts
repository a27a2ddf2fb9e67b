import { peopleText, shareText } from '../../cli/policy/operating-point-text.ts';
import type { OperatingPoint, PolicyFitReport, Share } from '../../model/policies/index.ts';
import { POLICY_NAMES, type PolicyName, PROMISED } from './named-policies.ts';

function markdown(rows: readonly (readonly string[])[]): string {
  const [head = [], ...rest] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rest.map(line)].join('\n');
}

const share = (value: Share): string => (value === null ? '–' : shareText(value));

/** What 10,000 people would see of each policy. */
export function populationTable(reports: ReadonlyMap<PolicyName, PolicyFitReport>): string {
  const cells = (name: PolicyName): string[] => {
    const expected = reports.get(name)?.population.expected;
    if (expected == null) return [name, '–'];
    const { referred, referredSick, missed, ungradable } = expected;
    return [name, ...[referred, referredSick, missed, ungradable].map(peopleText)];
  };
  return markdown([
    [
      'policy',
      'referred',
      'of these truly sick',
      'sick, told to come back as usual',
      'to be photographed again',
    ],
    ...POLICY_NAMES.map(cells),
  ]);
}

/** Of ODIR's kept patients, by thresholds that were chosen without them. */
export function heldOutTable(reports: ReadonlyMap<PolicyName, PolicyFitReport>): string {
  const of = (name: PolicyName): OperatingPoint | undefined => reports.get(name)?.heldOut.figures;
  const row = (title: string, pick: (point: OperatingPoint) => Share | undefined): string[] => [
    title,
    ...POLICY_NAMES.map((name) => {
      const point = of(name);
      return share((point && pick(point)) ?? null);
    }),
  ];
  const patients = of('screening');
  return markdown([
    ['ODIR-5K, kept patients', ...POLICY_NAMES],
    row(`any disease (${patients?.sick.patients}), recall`, ({ sick }) => sick.recall),
    ...PROMISED.map((disease) =>
      row(
        `${disease} (${patients?.diseases[disease]?.patients}), recall`,
        ({ diseases }) => diseases[disease]?.recall,
      ),
    ),
    row('any disease, ungradable', ({ sick }) => sick.ungradable),
    row(`no disease (${patients?.healthy.patients}), recall`, ({ healthy }) => healthy.recall),
    row('no disease, referred', ({ healthy }) => healthy.referred),
    row('no disease, ungradable', ({ healthy }) => healthy.ungradable),
  ]);
}

/** Other cohorts, as the policies decide about them. */
export function otherCohortsTable(
  measured: readonly { readonly title: string; readonly point: (name: PolicyName) => OperatingPoint }[],
): string {
  const rows = measured.flatMap(({ title, point }) => {
    const { sick, healthy } = point('screening');
    const row = (what: string, pick: (point: OperatingPoint) => Share): string[] => [
      `${title}, ${what}`,
      ...POLICY_NAMES.map((name) => share(pick(point(name)))),
    ];
    return [
      row(`grade >= 2 (${sick.patients}), recall`, (one) => one.sick.recall),
      row('grade >= 2, referred', (one) => one.sick.referred),
      ...(healthy.patients === 0
        ? []
        : [
            row(`others (${healthy.patients}), recall`, (one) => one.healthy.recall),
            row('others, referred', (one) => one.healthy.referred),
          ]),
    ];
  });
  return markdown([['', ...POLICY_NAMES], ...rows]);
}
