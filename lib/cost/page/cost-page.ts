import { PRICED_REGIONS, readPrices } from '../prices/price-list.ts';
import { agreementOf } from '../work/agreement.ts';
import { GPU_EXAMS_PER_SECOND, GPU_IDLE_SECONDS_PER_WAKE, WAITED_MILLISECONDS } from '../work/compute.ts';
import type { Counted } from '../work/counted.ts';
import { dominating, settingOf } from './dominating.ts';
import {
  allEstimates,
  computePerPatient,
  type Estimate,
  estimate,
  type Facts,
  idleOf,
  keptOf,
  PROFILES,
  sumOf,
} from './estimate.ts';
import { count, perMillion, table, usd } from './table.ts';

const [FIRST_REGION] = PRICED_REGIONS;
const MANY = 1_000_000;

function yearRow({ work, bill }: Estimate): readonly string[] {
  const exams = work.examsPerYear;
  return [
    count(exams),
    usd(12 * idleOf(bill)),
    usd(exams * sumOf(bill, 'requests', 'watching')),
    usd(exams * sumOf(bill, 'compute')),
    usd(bill.gpuYear),
    usd(exams * keptOf(bill)),
    usd(bill.year),
  ];
}

function yearTables(estimates: readonly Estimate[]): string {
  const head = ['exams a year', 'idle', 'requests', 'functions', 'GPU', 'kept for a year', 'all'];
  return PRICED_REGIONS.flatMap((region) =>
    PROFILES.map(({ profile, lane }) => {
      const rows = estimates.filter((one) => one.region === region && one.profile === profile).map(yearRow);
      return `**${region}, \`profile=${profile}\`, ${lane === 'gpu' ? 'GPU workers on Spot' : 'live lane'}**\n\n${table(head, rows)}`;
    }),
  ).join('\n\n');
}

/** The lines of several bills beside one another, the dearest first. */
function linesTable(
  head: string,
  bills: readonly (readonly [name: string, lines: readonly { what: string; usd: number }[]])[],
  show: (amount: number) => string,
): string {
  const named = (what: string) => what.replace(/:? \d.*$/, '');
  const names = [...new Set(bills.flatMap(([, lines]) => lines.map(({ what }) => named(what))))];
  const amounts = (name: string) =>
    bills.map(([, lines]) => lines.find(({ what }) => named(what) === name)?.usd ?? 0);
  const sorted = names.sort((a, b) => Math.max(...amounts(b)) - Math.max(...amounts(a)));
  const sums = bills.map(([, lines]) => lines.reduce((sum, line) => sum + line.usd, 0));
  return table(
    [head, ...bills.map(([name]) => name)],
    [
      ...sorted.map((name) => [name, ...amounts(name).map(show)]),
      ['**all**', ...sums.map((sum) => `**${show(sum)}**`)],
    ],
  );
}

function dominatingTable(estimates: readonly Estimate[]): string {
  const rows = estimates
    .filter(({ region }) => region === FIRST_REGION)
    .flatMap((one) =>
      dominating(one).map(({ what, year, share }) => [
        `${count(one.work.examsPerYear)}, \`${one.profile}\`: ${what}`,
        usd(year),
        `${(100 * share).toFixed(0)} %`,
        settingOf(what),
      ]),
    );
  return table(['exams a year, and part', 'USD a year', 'of all', 'what changes it'], rows);
}

function agreementTable(counted: Counted): string {
  return table(
    ['requests', 'model', 'counted', 'apart'],
    agreementOf(counted).map(({ request, modelled, counted: number, difference }) => [
      `\`${request}\``,
      modelled.toFixed(0),
      String(number),
      `${(100 * difference).toFixed(1)} %`,
    ]),
  );
}

function priceTable(): string {
  const lists = PRICED_REGIONS.map((region) => readPrices(region));
  const [first] = lists;
  const rows = Object.entries(first?.prices ?? {}).map(([name, { unit }]) => {
    const cells = lists.map(({ prices }) => {
      const { usd: amount, source, read, how } = prices[name as keyof typeof prices];
      return `${amount.toLocaleString('en', { maximumSignificantDigits: 8, useGrouping: false })} ([${read}](${source}), ${how})`;
    });
    return [`\`${name}\`, ${unit}`, ...cells];
  });
  return table(['price', ...PRICED_REGIONS], rows);
}

function patientText(facts: Facts): string {
  const figures = PROFILES.map(({ profile }) => {
    const one = estimate(facts, profile, FIRST_REGION, MANY);
    return `${computePerPatient(one).toFixed(6)} USD with \`profile=${profile}\``;
  });
  return figures.join(', ');
}

/** The page docs/cost.md. */
export function costPage(facts: Facts, counted: Counted): string {
  const estimates = allEstimates(facts);
  const standard = estimate(facts, 'standard', FIRST_REGION, MANY);
  const bills = PROFILES.flatMap(({ profile }) =>
    PRICED_REGIONS.map((region) => [profile, region, estimate(facts, profile, region, MANY).bill] as const),
  );
  const { work } = standard;
  return `# What a deployment costs

This page is written by \`npm run cost -- --page\` from the model in \`lib/cost\`: the synthesised template says what there is (memory,
batches, endpoints in zones, alarms, keys), the code what an exam asks for, and \`lib/cost/prices\` what AWS asks for it. A test
fails where the page is no longer what the command writes. Nobody has seen a bill of AWS for it.

\`\`\`sh
npm run cost -- --exams-per-year 1000000 --region eu-central-1
\`\`\`

List prices in USD, without free tier, discount, tax, support and what leaves AWS for the internet. An exam has ${work.imagesPerExam} photographs
of ${work.megabytesPerImage} MB; a person reads one in ${(1 / work.readShare).toFixed(0)}; photographs come on up to 250 days of a year.

## A year

*Kept* is the storage of this year's exams for a year; earlier years add theirs.

${yearTables(estimates)}

## Idle, a month

${linesTable(
  'part',
  bills.map(([profile, region, { idle }]) => [`${profile}, ${region}`, idle] as const),
  usd,
)}

There is no web firewall, no NAT and no instance among it. \`profile=cheap\` is for programmes that screen by the live lane; what it
gives up stands in [deploying](deploy.md#at-little-cost).

## A million exams

USD for a million exams, from upload to answer:

${linesTable(
  'part',
  bills.map(([profile, region, { exam }]) => [`${profile}, ${region}`, exam] as const),
  perMillion,
)}

And for each year in which a million are kept:

${linesTable(
  'part',
  bills.filter(([profile]) => profile === 'standard').map(([, region, { kept }]) => [region, kept] as const),
  perMillion,
)}

## A wake-up

A GPU worker that starts from none costs ${usd(standard.bill.wakeUp)} USD beside its work in ${FIRST_REGION}: ${GPU_IDLE_SECONDS_PER_WAKE / 60} minutes of starting, of
waiting for more, and of being let go. A function that starts costs its first second.

## What dominates, and what changes it

In ${FIRST_REGION}:

${dominatingTable(estimates)}

## Processors for a patient

At a million exams a year, functions and GPU instances cost ${patientText(facts)}: below 0.001 USD.
GPU figures assume ${GPU_EXAMS_PER_SECOND} exams a second a worker, which was not measured here.

## Model and count

\`npm run bench:requests\` counts what ${counted.exams} exams ask of the stack as it runs on [emulated AWS](aws-emulator.md), and ends with 1 where
model and count are more than 5 % apart in a class of requests. Batches, readers and writes at the same moment are as they were
counted; Lambda's own polling is in the model and cannot be counted there.

${agreementTable(counted)}

## What is assumed

- A call waits for its answers as long as \`WAITED_MILLISECONDS\` says: ${WAITED_MILLISECONDS.prepare} ms to prepare, ${WAITED_MILLISECONDS.intake} ms in intake. No account was at hand to
  measure it; it is most of what functions cost, which is little of the bill.
- Batches are as full as they were when they were counted, two calls at a time. Busier queues fill them better.
- The live lane has as much memory as preparation, where the stack has no function of its own for it.
- Spot costs half of what is paid on demand.
- KMS is asked seldom, since buckets have keys of their own; its requests are left out. So is what people download.
- Prices that were found nowhere say so.

## Prices

${priceTable()}
`;
}
