import { COSTLY_THROTTLES } from '../../../lib/api/route-throttles.ts';
import { messagesOf } from '../../../lib/cost/work/calls.ts';
import { callSeconds, laneMemory } from '../../../lib/cost/work/compute.ts';
import { indexUnitsOf, operationsOf } from '../../../lib/cost/work/operations.ts';
import { workloadOf } from '../../../lib/cost/work/workload.ts';
import { LIMITS } from './limits.ts';
import type { FleetSetup } from './pipeline.ts';

/** What a part carries, and what makes it carry more. */
export interface Capacity {
  readonly part: string;
  /** In exams a second. */
  readonly exams: number;
  readonly setting: string;
  /** Whether an answer waits for it. */
  readonly isOnTheWay: boolean;
}

const UPLOADS = COSTLY_THROTTLES['POST /v1/programs/{program}/uploads'];
/** Most that one call announces. */
const PHOTOGRAPHS_AN_UPLOAD = 100;

/** What each part carries, the narrowest first. By arithmetic, with full batches: the simulation is held to it. */
export function capacitiesOf(setup: FleetSetup): readonly Capacity[] {
  const work = workloadOf(1_000_000, setup.lane);
  const { facts } = setup;
  const called = (
    part: 'prepare' | 'intake' | 'aggregate' | 'index-exam' | 'webhooks',
    setting: string,
    isOnTheWay = true,
  ): Capacity => {
    const { memory = 0, sources = [] } = facts.functions[part] ?? {};
    const { batchSize = 1, maxConcurrency = 1 } = sources[0] ?? {};
    const messages = (maxConcurrency * batchSize) / callSeconds(part, memory, batchSize, work);
    return { part, exams: messages / messagesOf(part, { ...work, readShare: 0 }), setting, isOnTheWay };
  };
  const writes = operationsOf(work).filter(({ request }) => request === 'dynamoWrite');
  const units = writes.reduce((sum, { count, units: each = 1 }) => sum + count * each, 0);
  const puts = operationsOf(work).filter(({ request, part }) => request === 's3Put' && part !== 'prepare');
  const moved = (2 * indexUnitsOf({ ...work, readShare: 0 })) / 5;
  const limited = (part: string, exams: number, setting: string): Capacity => ({
    part,
    exams,
    setting,
    isOnTheWay: true,
  });
  const lane =
    setup.lane === 'live'
      ? limited(
          'live lane',
          (setup.laneConcurrency * setup.laneBatch) /
            callSeconds('screen', laneMemory(facts), setup.laneBatch, work),
          '`maxLiveScreenings`',
        )
      : limited(
          'GPU workers',
          setup.rules.maxWorkers * setup.gpuExamsPerSecond,
          '`maxWorkers`, quota of EC2',
        );
  return [
    lane,
    called('prepare', '`maxPreparations`'),
    called('intake', 'calls at once in `lib/intake`'),
    called('aggregate', 'calls at once in `lib/aggregation`'),
    called('index-exam', 'calls at once in `lib/search`', false),
    called('webhooks', 'calls at once in `lib/webhooks`', false),
    limited(
      'S3: PUT and LIST of one prefix',
      LIMITS.s3Puts.limit / puts.reduce((sum, { count }) => sum + count, 0),
      'none: S3 splits a busy prefix by itself',
    ),
    limited('table: write units', setup.tableWrites / units, 'warm throughput of the table; its quota'),
    limited(
      'index: one outcome of a program',
      (setup.outcomePartitions * LIMITS.partitionWrites.limit) / (moved / 2),
      'partitions in `aws/table/listing-partitions.ts`; programmes',
    ),
    limited(
      'API: uploads',
      (UPLOADS.perSecond * PHOTOGRAPHS_AN_UPLOAD) / work.imagesPerExam,
      'throttles in `lib/api/route-throttles.ts`',
    ),
  ].toSorted((a, b) => a.exams - b.exams);
}
