import { PARTITIONS } from '../../../aws/table/listing-partitions.ts';
import { table, usd } from '../../../lib/cost/page/table.ts';
import type { StackFacts } from '../../../lib/cost/stack/stack-facts.ts';
import { CANDIDATES, choose, DAYS, IN_TIME, type Judged, judge } from '../scaling/choose-rules.ts';
import { capacitiesOf } from '../system/capacities.ts';
import { COLD_START, LIMITS, RECLAIMED } from '../system/limits.ts';
import { LOAD_SECONDS, NATIONAL_EXAMS_A_DAY, SCENARIOS, setupOf } from '../system/scenarios.ts';
import { type Figures, JOB, LANES, type LoadFigures, runJob, runLoads, runScenario } from './run-scenario.ts';

export const SEED = 1;

/** @example time(0.97) // '1.0 s' */
export function time(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return seconds < 5_400 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}

export function scenarioTable(figures: readonly (Figures & { readonly account?: string })[]): string {
  return table(
    [
      'scenario, and lane',
      'median',
      '99 of 100',
      'longest',
      'GPU hours',
      'calls at once',
      'USD',
      'held up by',
    ],
    figures.map(({ scenario, lane, simulated: one, usd: cost, account }) => [
      `${scenario}, ${lane}${account === undefined ? '' : `, ${account}`}`,
      time(one.median),
      time(one.p99),
      time(one.longest),
      one.gpuHours.toFixed(1),
      String(one.mostConcurrent),
      usd(cost),
      one.narrowest,
    ]),
  );
}

export function loadTable(columns: readonly (readonly [string, readonly LoadFigures[]])[]): string {
  const [first] = columns;
  return table(
    ['exams a second', ...columns.flatMap(([name]) => [`${name}: 99 of 100`, 'held up by'])],
    (first?.[1] ?? []).map(({ load }, row) => [
      String(load),
      ...columns.flatMap(([, figures]) => {
        const one = figures[row]?.simulated;
        return one === undefined ? ['', ''] : [time(one.p99), one.narrowest];
      }),
    ]),
  );
}

export function capacityTable(facts: StackFacts): string {
  const rows = new Map(
    LANES.flatMap((lane) => capacitiesOf(setupOf(facts, lane))).map((one) => [one.part, one]),
  );
  return table(
    ['part', 'exams a second', 'what moves it'],
    [...rows.values()]
      .toSorted((a, b) => a.exams - b.exams)
      .map(({ part, exams, setting, isOnTheWay }) => [
        isOnTheWay ? part : `${part} (no answer waits for it)`,
        exams.toFixed(0),
        setting,
      ]),
  );
}

function rulesTable(judged: readonly Judged[], chosen: Judged | undefined): string {
  const { rules: best } = chosen ?? {};
  const near = judged.filter(
    ({ rules }) => rules.maxWorkers === best?.maxWorkers || rules.backlogPerWorker === best?.backlogPerWorker,
  );
  const cell = (figures: Judged['days'][number]) =>
    `${time(figures.median)}, ${time(figures.p99)}, ${figures.gpuHours.toFixed(1)} h`;
  return table(
    ['`backlogPerWorker`, idle minutes, `maxWorkers`', ...DAYS.map(({ name }) => name), 'hours', 'in time'],
    near.map((one) => {
      const { backlogPerWorker, idleMinutes, maxWorkers } = one.rules;
      const name = `${backlogPerWorker}, ${idleMinutes}, ${maxWorkers}`;
      return [
        one === chosen ? `**${name}**` : name,
        ...one.days.map(cell),
        one.gpuHours.toFixed(1),
        one.isInTime ? 'yes' : 'no',
      ];
    }),
  );
}

/** What is measured of a fleet: the page and the plot are drawn from it. */
export function measure(facts: StackFacts) {
  const account = { accountConcurrency: LIMITS.newAccountConcurrency.limit };
  const lanes = LANES.map((lane) => runLoads(facts, lane, SEED));
  return {
    scenarios: Object.values(SCENARIOS).flatMap(({ name }) =>
      LANES.map((lane) => runScenario(facts, name, lane, SEED)),
    ),
    newAccount: { ...runScenario(facts, 'field-day', 'live', SEED, account), account: 'new account' },
    live: lanes[0] ?? [],
    gpu: lanes[1] ?? [],
    liveNewAccount: runLoads(facts, 'live', SEED, account),
    job: runJob(facts, SEED),
  };
}
export type Measured = ReturnType<typeof measure>;

/** Exams a second of a country at its busiest. */
export const NOON = (2 * NATIONAL_EXAMS_A_DAY) / 36_000;

/** The page docs/scale.md. */
export function scalePage(facts: StackFacts, measured: Measured): string {
  const judged = CANDIDATES.map(judge);
  const chosen = choose(judged);
  const { scenarios, newAccount, live, gpu, liveNewAccount, job } = measured;
  const limits = Object.values(LIMITS).map(({ limit, unit, source }) => [
    unit,
    limit.toLocaleString('en'),
    `[AWS](${source})`,
  ]);
  const [instance, image, model] = [COLD_START.instance, COLD_START.image, COLD_START.model];
  return `# Scale

This page and its plot are written by \`npm run bench:fleet -- --page\`: a simulation, by discrete events and a seed, of the stack
as it is synthesised, under the limits that AWS publishes. Nothing of it was measured on AWS. The same seed gives the same
figures; the engine is held to Erlang's C and to conservation (\`bench/fleet/engine\`).

\`\`\`sh
npm run bench:fleet -- --scenario field-day --seed 1
npm run bench:fleet -- --scenario national --seed 1 --json
\`\`\`

## Two scenarios

\`field-day\` is ${SCENARIOS['field-day'].title}, what a line of 100 Mbit carries. \`national\` is ${SCENARIOS.national.title}: 100 million
a year. USD are those of the day in us-east-1, without what is idle and what is kept.

${scenarioTable([...scenarios, newAccount])}

The live lane answers while the patient sits there. GPU workers come from none: SQS reports a queue that was not used up to
${LIMITS.metricsDelay.limit / 60} minutes late, then an instance starts (${instance[0]} to ${instance[1]} s), fetches its image (${image[0]} to ${image[1]} s) and loads its model
(${model[0]} to ${model[1]} s).

## What breaks first

Each load lasts ${LOAD_SECONDS / 60} minutes; *held up by* is the part that made exams wait longest, once that is a second.

![Time to the answer by load](scale.svg)

${loadTable([
  ['live lane', live],
  ['live lane, new account', liveNewAccount],
  ['GPU workers', gpu],
])}

Nothing is lost: what is more than a part carries waits in its queue, for 14 days at most. With GPU workers at most ${Math.max(...gpu.map(({ simulated }) => simulated.mostInFlight))}
exams are on loan at once, of the ${LIMITS.inFlight.limit.toLocaleString('en')} that a queue allows.

By arithmetic, with full batches, each part alone carries:

${capacityTable(facts)}

## A job of a million exams

New results come at ${JOB.resultsPerSecond.toLocaleString('en')} a second, all with one outcome of one program:

${table(
  ['table', 'until all are written', 'held up by'],
  job.map(({ name, seconds, narrowest }) => [name, time(seconds), narrowest]),
)}

Each listing of a program lies in ${PARTITIONS} partitions of the index, by the exams' names; a page of a list merges them. In one
partition, an outcome held such a job up, and uploads above 500 answers a second.

## Scaling rules

\`backlogPerWorker\` and \`maxWorkers\` of the settings and the idle time of \`lib/screening\` are those that the simulation chooses
(\`bench/fleet/scaling\`), and a test holds the stack to them. Of the candidates, those are *in time* that answer 99 of 100 exams of
each busy day within ${IN_TIME / 60} minutes, whatever the seed; of these the cheapest are taken, and where others are as cheap within
2 %, those by which nobody waits longest. Each cell: median, 99 of 100, GPU hours.

${rulesTable(judged, chosen)}

## Assumptions

- A GPU worker screens ${setupOf(facts, 'gpu').gpuExamsPerSecond} exams a second: not measured here.
- Cold starts of GPU workers lie in the ranges above, after [what others saw](${COLD_START.source}); the first call of a function takes
  0.6 s longer, that of an image 2.5 s.
- Spot: ${100 * RECLAIMED.scarce.share} % of the instances are reclaimed in a month, the [worst that is told of GPU types](${RECLAIMED.scarce.source}); of all types it
  is below [${100 * RECLAIMED.usual.share} %](${RECLAIMED.usual.source}). What a lost worker had in hand comes again after a minute.
- Calls take as long as [the model of costs](cost.md#what-is-assumed) says. The table is new, and every exam of a program has one outcome.

| limit | | |
| --- | --: | --- |
${limits.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}
`;
}
