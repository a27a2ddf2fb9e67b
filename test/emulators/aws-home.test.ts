import { afterAll, describe, expect, it } from 'vitest';
import { describeEvents } from '../conformance/events.ts';
import { describeExamLists } from '../conformance/exam-lists.ts';
import { describeExamTable } from '../conformance/exam-table.ts';
import { checkExamTableAgainstModel } from '../conformance/exam-table-model.ts';
import { describeObjectStore } from '../conformance/object-store/index.ts';
import { describeTombstones } from '../conformance/tombstones.ts';
import { describeWorkQueue } from '../conformance/work-queue/index.ts';
import { openDynalite } from './dynamo-emulator.ts';
import { openEventBus } from './event-bus.ts';
import { type BucketEmulator, openFauxqs, openS3rver } from './object-emulators.ts';
import { probe } from './probe.ts';
import { objectProbes } from './probe-objects.ts';
import { queueProbes } from './probe-queue.ts';
import { QueueEmulator } from './queue-emulator.ts';

async function probeBucket(name: string, open: () => Promise<BucketEmulator>) {
  const bucket = await open();
  try {
    return await probe(name, objectProbes(bucket.client));
  } finally {
    await bucket.close();
  }
}

const queues = await QueueEmulator.start();
afterAll(() => queues.stop());

const onFauxqs = await probeBucket('S3 on fauxqs', openFauxqs);
const onS3rver = await probeBucket('S3 on s3rver', openS3rver);
const queue = await probe(
  'SQS on fauxqs',
  queueProbes((settings) => queues.open(settings)),
);

describeObjectStore('S3 on fauxqs', openFauxqs, onFauxqs);
describeObjectStore('S3 on s3rver', openS3rver, onS3rver);
describeWorkQueue('SQS on fauxqs', (settings) => queues.open(settings), queue);
describeExamTable('DynamoDB on dynalite', () => openDynalite());
describeTombstones('DynamoDB on dynalite', () => openDynalite());
describeExamLists('DynamoDB on dynalite', () => openDynalite());
describeEvents('EventBridge on a bus of its wire format', openEventBus);

describe('DynamoDB on dynalite against a plain model', () => {
  it('does what its model does, whatever is done to it', async () => {
    await checkExamTableAgainstModel(() => openDynalite(), 10);
  });
});

describe('what is tested on emulators', () => {
  it('is every capability of objects but versions and conditional writes on one emulator or the other', () => {
    const untested = Object.keys(onFauxqs).filter((capability) => capability in onS3rver);
    expect(new Set(untested)).toEqual(new Set(['versions', 'if-absent', 'presigned-refusals', 'byte-order']));
  });
});
