import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_TRACES } from '../../aws/erasure/aws-traces.ts';
import { S3PreparedStore } from '../../aws/preparation/s3-prepared-store.ts';
import { ObjectFeatureStore } from '../../core/features/object-feature-store.ts';
import { QUEUE_NAMES, QUEUE_SETTINGS, type QueueName } from '../../core/messages/queues.ts';
import type { Home, QueuePair } from '../../core/ports/index.ts';
import { openLocalHome } from '../../local/home.ts';
import { openDynalite } from '../emulators/dynamo-emulator.ts';
import { openEventBus } from '../emulators/event-bus.ts';
import { BUCKET, openFauxqs } from '../emulators/object-emulators.ts';
import { QueueEmulator } from '../emulators/queue-emulator.ts';
import { UnversionedBucket } from '../emulators/unversioned-bucket.ts';
import { openVectorService } from '../emulators/vector-service.ts';

/** A home to be lost in, and its time. */
export interface LossyHome {
  readonly home: Home;
  /** Milliseconds since 1970. */
  now(): number;
  pass(seconds: number): void;
  /** Announces a new object, where the store does not do so itself. */
  announce(key: string): Promise<void>;
  /** Whether the store keeps what is replaced: then an eye may be photographed again under its key. */
  readonly hasVersions: boolean;
  close(): Promise<void>;
}

export async function openLocal(): Promise<LossyHome> {
  const directory = await mkdtemp(join(tmpdir(), 'lossy-'));
  const clock = { now: Date.parse('2026-05-01T08:00:00Z') };
  const home = await openLocalHome(directory, { now: () => clock.now });
  return {
    home,
    now: () => clock.now,
    pass(seconds) {
      clock.now += seconds * 1_000;
    },
    announce: async () => undefined,
    hasVersions: true,
    async close() {
      await home.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The ports on S3, SQS, DynamoDB, EventBridge and S3 Vectors, by their wire protocols. Its clock is the real one, moved. */
export async function openOnEmulators(): Promise<LossyHome> {
  const [bucket, table, bus, index, queues] = await Promise.all([
    ...([openFauxqs(), openDynalite(), openEventBus(), openVectorService(), QueueEmulator.start()] as const),
  ]);
  const pairs = await Promise.all(
    QUEUE_NAMES.map(async (name) => [name, await queues.open(QUEUE_SETTINGS[name])] as const),
  );
  const objects = new UnversionedBucket(bucket.client, BUCKET);
  let passed = 0;
  const home: Home = {
    ...{
      objects,
      features: new ObjectFeatureStore(objects),
      prepared: new S3PreparedStore(bucket.client, BUCKET),
      exams: table.exams,
      events: bus.events,
      vectors: index.vectors,
    },
    traces: AWS_TRACES,
    queues: Object.fromEntries(pairs) as unknown as Record<QueueName, QueuePair>,
    close: async () => undefined,
  };
  return {
    home,
    now: () => Date.now() + passed,
    pass(seconds) {
      passed += seconds * 1_000;
    },
    async announce(key) {
      const object = { key: encodeURIComponent(key), sequencer: '00' };
      const body = JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3: { object } }] });
      await home.queues.preparation.queue.send([{ body }]);
    },
    hasVersions: false,
    async close() {
      await Promise.all([bucket.close(), table.close(), bus.close(), index.close(), queues.stop()]);
    },
  };
}
