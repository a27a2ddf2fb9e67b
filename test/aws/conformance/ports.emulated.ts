import { afterAll, describe, expect, it } from 'vitest';
import { ObjectFeatureStore } from '../../../core/features/object-feature-store.ts';
import { describeEvents } from '../../conformance/events.ts';
import { describeExamLists } from '../../conformance/exam-lists.ts';
import { describeExamTable } from '../../conformance/exam-table.ts';
import { checkExamTableAgainstModel } from '../../conformance/exam-table-model.ts';
import { describeFeatureStore } from '../../conformance/feature-store.ts';
import { describeObjectStore } from '../../conformance/object-store/index.ts';
import { describePreparedStore } from '../../conformance/prepared-store.ts';
import { describeTombstones } from '../../conformance/tombstones.ts';
import { describeWorkQueue } from '../../conformance/work-queue/index.ts';
import { MINISTACK_LACKS } from '../../emulators/emulator-gaps.ts';
import { probe } from '../../emulators/probe.ts';
import { objectProbes } from '../../emulators/probe-objects.ts';
import { queueProbes } from '../../emulators/probe-queue.ts';
import { startMinistack } from '../emulator/ministack.ts';
import { EmulatedServices } from './emulated-services.ts';

const emulator = await startMinistack();
const services = new EmulatedServices(emulator.endpoint);
afterAll(async () => {
  services.close();
  await emulator.stop();
});

const bucket = await services.openBucket();
const objects = await probe('S3 on ministack', objectProbes(bucket.client));
const queues = await probe(
  'SQS on ministack',
  queueProbes((settings) => services.openQueue(settings)),
);

describeObjectStore('S3 on ministack', async () => bucket, objects);
describeFeatureStore('S3 on ministack', async () => ({
  features: new ObjectFeatureStore(bucket.objects),
  hasConditions: true,
  close: async () => undefined,
}));
describePreparedStore('S3 on ministack', () => services.openPrepared());
describeWorkQueue('SQS on ministack', (settings) => services.openQueue(settings), queues);
describeExamTable('DynamoDB on ministack', () => services.openTable());
describeTombstones('DynamoDB on ministack', () => services.openTable());
describeExamLists('DynamoDB on ministack', () => services.openTable());
describeEvents('EventBridge on ministack, received by a queue', () => services.openEvents());

describe('DynamoDB on ministack against a plain model', () => {
  it('does what its model does, whatever is done to it', async () => {
    await checkExamTableAgainstModel(() => services.openTable(), 10);
  });
});

describe('what is tested on ministack', () => {
  it('is all but what its probes have shown that it lacks', () => {
    expect(Object.keys({ ...objects, ...queues }).sort()).toEqual([...MINISTACK_LACKS].sort());
  });
});
