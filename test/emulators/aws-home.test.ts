import { afterAll, describe, expect, it } from 'vitest';
import { S3PreparedStore } from '../../aws/preparation/s3-prepared-store.ts';
import { ObjectFeatureStore } from '../../core/features/object-feature-store.ts';
import { describeEvents } from '../conformance/events.ts';
import { describeFeatureStore } from '../conformance/feature-store.ts';
import { describeObjectStore } from '../conformance/object-store/index.ts';
import { describePreparedStore } from '../conformance/prepared-store.ts';
import { describeWorkQueue } from '../conformance/work-queue/index.ts';
import { MINISTACK_LACKS, NO_EMULATOR_HAS } from './emulator-gaps.ts';
import { openEventBus } from './event-bus.ts';
import { BUCKET, openFauxqs } from './object-emulators.ts';
import { probe } from './probe.ts';
import { objectProbes } from './probe-objects.ts';
import { queueProbes } from './probe-queue.ts';
import { QueueEmulator } from './queue-emulator.ts';
import { UnversionedBucket } from './unversioned-bucket.ts';

// The suites run on ministack as a whole (`npm run test:aws`). Here they run on what shows the rest: parts of objects,
// repeated deletions, and a bus that throttles some of the events of a call.
const bucket = await openFauxqs();
const queues = await QueueEmulator.start();
afterAll(() => queues.stop());

const objects = await probe('S3 on fauxqs', objectProbes(bucket.client));
const queue = await probe(
  'SQS on fauxqs',
  queueProbes((settings) => queues.open(settings)),
);

describeObjectStore('S3 on fauxqs', async () => bucket, objects);
describeFeatureStore('S3 on fauxqs', async () => {
  // The suite of objects closes its own.
  const own = await openFauxqs();
  const features = new ObjectFeatureStore(new UnversionedBucket(own.client, BUCKET));
  return { features, hasConditions: false, close: () => own.close() };
});
describePreparedStore('S3 on fauxqs', async () => {
  const own = await openFauxqs();
  return { prepared: new S3PreparedStore(own.client, BUCKET), close: () => own.close() };
});
describeWorkQueue('SQS on fauxqs', (settings) => queues.open(settings), queue);
describeEvents('EventBridge on a bus of its wire format that throttles', openEventBus);

describe('what ministack lacks', () => {
  it('is shown on fauxqs, but for what no emulator has', () => {
    const lacking = MINISTACK_LACKS.filter((capability) => capability in { ...objects, ...queue });
    expect(lacking.toSorted()).toEqual(NO_EMULATOR_HAS.toSorted());
  });
});
