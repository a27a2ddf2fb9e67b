import type { PriceList, PriceName } from '../prices/price-list.ts';
import type { StackFacts } from '../stack/stack-facts.ts';
import { callsOf } from '../work/calls.ts';
import { GPU_IDLE_SECONDS_PER_WAKE, gigabyteSecondsOf, gpuHoursOf, laneMemory } from '../work/compute.ts';
import { indexUnitsOf, operationsOf, pollingOf } from '../work/operations.ts';
import type { Workload } from '../work/workload.ts';

export type LineKind = 'requests' | 'compute' | 'gpu' | 'storage' | 'watching';

/** A part of a bill. */
export interface Line {
  readonly what: string;
  readonly kind: LineKind;
  readonly usd: number;
}

/** What a stack costs, in USD at list prices. */
export interface Bill {
  /** By the month, while nothing comes. */
  readonly idle: readonly Line[];
  /** By the exam, from its upload to its answer. */
  readonly exam: readonly Line[];
  /** By the exam and the year for which it is kept. */
  readonly kept: readonly Line[];
  /** Whenever a GPU worker starts from none. */
  readonly wakeUp: number;
  /** GPU instances in a year. */
  readonly gpuYear: number;
  readonly year: number;
}

export const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3_600;
/** Lambda begins with so many pollers of a queue. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const POLLERS_A_SOURCE = 5;
/** As the queues of the stack have it. */
const LONG_POLL_SECONDS = 20;
/** Metrics that ECS writes of a cluster without tasks. Assumed. */
const CLUSTER_METRICS = 8;
/** Counters of functions and workers: each is billed for the hours in which it is written. */
const OWN_METRICS = 25;
const METRICS_A_YEAR_HOURS = 10;
/** What Lambda and our code write of a call. Assumed. */
const LOG_KILOBYTES_A_CALL = 1.2;
/** X-Ray takes the first call of each second and one in twenty of the others. */
const TRACED_SHARE = 0.05;
/** S3 Vectors bills a write as at least so much. */
const VECTOR_WRITE_KILOBYTES = 128;
const VECTOR_KILOBYTES = 5.6;
const PIXEL_KILOBYTES = 150;
const FEATURE_KILOBYTES = 8;
/** An exam's item, and what two indexes hold of it. */
const ITEM_KILOBYTES = 12 + 2 * 2;
/** Of a GPU instance, as the launch template of the stack has it. */
const DISK_GIGABYTES = 80;
const GIGA = 1_000_000;

function usdOf({ prices }: PriceList, name: PriceName): number {
  return prices[name].usd;
}

function idleLines(facts: StackFacts, list: PriceList): readonly Line[] {
  const price = (name: PriceName) => usdOf(list, name);
  const sources = Object.values(facts.functions).flatMap((one) => one.sources).length;
  const polls = (sources * POLLERS_A_SOURCE * SECONDS_A_MONTH) / LONG_POLL_SECONDS;
  const line = (what: string, kind: LineKind, usd: number): Line => ({ what, kind, usd });
  return [
    line(
      `interface endpoints: ${facts.endpointsInZones}`,
      'requests',
      facts.endpointsInZones * HOURS_A_MONTH * price('endpointHour'),
    ),
    line(`KMS keys: ${facts.keys}`, 'storage', facts.keys * price('keyMonth')),
    line(
      `alarms: ${facts.alarms}, by ${facts.alarmMetrics} metrics`,
      'watching',
      facts.alarmMetrics * price('alarmMetric'),
    ),
    line(`dashboards: ${facts.dashboards}`, 'watching', facts.dashboards * price('dashboard')),
    line(
      'Container Insights, without tasks',
      'watching',
      facts.watchedClusters * CLUSTER_METRICS * price('metric'),
    ),
    line(`empty polls, of queues: ${sources}`, 'requests', polls * price('sqsRequest')),
  ].filter(({ usd }) => usd > 0);
}

function requestLines(work: Workload, list: PriceList): readonly Line[] {
  const price = (name: PriceName) => usdOf(list, name);
  const operations = operationsOf(work);
  const sum = (...classes: readonly string[]) =>
    operations
      .filter(({ request }) => classes.includes(request))
      .reduce((total, { count, units = 1 }) => total + count * units, 0);
  const queued = sum('sqsRequest') + pollingOf(work);
  const calls = (['prepare', 'intake', 'aggregate', 'index-exam', 'webhooks'] as const).reduce(
    (total, part) => total + callsOf(part, work),
    work.apiCallsPerExam + (work.lane === 'live' ? 1 / work.fill.screen : 0),
  );
  const line = (what: string, usd: number): Line => ({ what, kind: 'requests', usd });
  return [
    line('S3: PUT and LIST', sum('s3Put') * price('s3Put')),
    line('S3: GET and HEAD', sum('s3Get') * price('s3Get')),
    line('DynamoDB: writes', (sum('dynamoWrite') + indexUnitsOf(work)) * price('dynamoWrite')),
    line('DynamoDB: reads', sum('dynamoRead') * price('dynamoRead')),
    line('SQS', queued * price('sqsRequest')),
    line('EventBridge', sum('event') * price('event')),
    line('Lambda: calls', calls * price('lambdaRequest')),
    line('API Gateway', work.apiCallsPerExam * price('apiRequest')),
    line(
      'S3 Vectors: writes',
      (sum('vectors') * Math.max(VECTOR_WRITE_KILOBYTES, VECTOR_KILOBYTES) * price('vectorPut')) / GIGA,
    ),
    {
      what: 'logs',
      kind: 'watching',
      usd: (calls * LOG_KILOBYTES_A_CALL * (price('logIngest') + price('logStorage'))) / GIGA,
    },
    { what: 'traces', kind: 'watching', usd: calls * TRACED_SHARE * price('trace') },
  ];
}

function computeLines(work: Workload, facts: StackFacts, list: PriceList): readonly Line[] {
  const second = usdOf(list, 'lambdaArmSecond');
  const line = (what: string, gigabyteSeconds: number): Line => ({
    what: `Lambda: ${what}`,
    kind: 'compute',
    usd: gigabyteSeconds * second,
  });
  const functions = (['prepare', 'intake', 'aggregate', 'index-exam', 'webhooks', 'api'] as const).map(
    (part) => line(part, gigabyteSecondsOf(part, facts.functions[part]?.memory ?? 0, work)),
  );
  if (work.lane === 'gpu') return functions;
  return [...functions, line('live lane', gigabyteSecondsOf('screen', laneMemory(facts), work))];
}

/** An exam that is kept for a year: a month of it as it was written, and the rest in the tier of what is seldom read. */
function keptLines(work: Workload, list: PriceList): readonly Line[] {
  const price = (name: PriceName) => usdOf(list, name);
  const { imagesPerExam: images } = work;
  const line = (what: string, usd: number): Line => ({ what, kind: 'storage', usd });
  const photographs = (images * work.megabytesPerImage) / 1_000;
  const features = FEATURE_KILOBYTES / GIGA;
  const table = ITEM_KILOBYTES / GIGA;
  return [
    line('photographs', photographs * (price('s3Standard') + 11 * price('s3InfrequentTier'))),
    line('watching which tier photographs belong to', 11 * images * price('s3TieringObject')),
    line('pixels, for a month', ((images * PIXEL_KILOBYTES) / GIGA) * price('s3Standard')),
    line('features', features * 12 * price('s3Standard')),
    line(
      'exam table, its recovery and nightly copies',
      // Of nightly copies 35 are kept.
      table * 12 * (price('dynamoStorage') + price('dynamoRecovery') + 35 * price('dynamoBackup')),
    ),
    line('search index', (VECTOR_KILOBYTES / GIGA) * 12 * price('vectorStorage')),
  ];
}

function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * What a stack costs with a workload.
 *
 * @param spot whether GPU instances are Spot
 * @example billOf(factsOf(template), readPrices('us-east-1'), workloadOf(1_000_000, 'gpu')).year
 */
export function billOf(facts: StackFacts, list: PriceList, work: Workload, spot = true): Bill {
  const idle = idleLines(facts, list);
  const exam = [...requestLines(work, list), ...computeLines(work, facts, list)];
  const kept = keptLines(work, list);
  const disk = (DISK_GIGABYTES * usdOf(list, 'diskMonth')) / HOURS_A_MONTH;
  const hour = disk + usdOf(list, 'gpuHour') * (spot ? usdOf(list, 'gpuSpotShare') : 1);
  const gpuYear = work.lane === 'gpu' ? gpuHoursOf(work, facts) * hour : 0;
  const watched =
    work.fieldDays * METRICS_A_YEAR_HOURS * (OWN_METRICS / HOURS_A_MONTH) * usdOf(list, 'metric') +
    12 * work.users * usdOf(list, 'userMonth');
  return {
    idle,
    exam,
    kept,
    wakeUp: (GPU_IDLE_SECONDS_PER_WAKE / 3_600) * hour,
    gpuYear,
    year: 12 * totalOf(idle) + work.examsPerYear * (totalOf(exam) + totalOf(kept)) + gpuYear + watched,
  };
}
