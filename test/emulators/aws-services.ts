import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { type AwsEnvironment, readAwsEnvironment } from '../../aws/environment.ts';
import { awsClients, homeOn } from '../../aws/home.ts';
import { QUEUE_NAMES, QUEUE_SETTINGS, variableOf } from '../../core/messages/queues.ts';
import type { DomainEvent, Home } from '../../core/ports/index.ts';
import { openServiceDoor } from '../aws/account/doors.ts';
import { startMinistack } from '../aws/emulator/ministack.ts';
import { type BatchService, openBatchService } from './batch-service.ts';
import { clientSettings } from './client-settings.ts';
import { openDynalite, TABLE } from './dynamo-emulator.ts';
import { BUS, openEventBus } from './event-bus.ts';
import { BUCKET } from './object-emulators.ts';
import { type RecordedSend, recordSends } from './recorded-sends.ts';

const PREPARED_BUCKET = 'retclip-prepared';

/** Every service that the system on AWS calls, in this process, for functions and workers of any process. */
export interface AwsServices {
  /** By which a process finds these services instead of Amazon's, and its home in them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly home: Home;
  readonly batch: BatchService;
  /** Every message sent so far, by any process. */
  readonly sends: readonly RecordedSend[];
  /** Everything published so far. */
  events(): Promise<readonly DomainEvent[]>;
  close(): Promise<void>;
}

/** The data bucket and that of what is prepared, as the stack makes them, on an emulator of their own. */
async function openBuckets(): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  const emulator = await startMinistack();
  const client = new S3Client({ ...clientSettings(emulator.endpoint), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const VersioningConfiguration = { Status: 'Enabled' as const };
  await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
  await client.send(new CreateBucketCommand({ Bucket: PREPARED_BUCKET }));
  client.destroy();
  // Bundles are fetched in parts.
  const door = await openServiceDoor(emulator.endpoint, {});
  return {
    endpoint: door.endpoint,
    async close() {
      await door.close();
      await emulator.stop();
    },
  };
}

/** Sets this process's environment too: its clients are made by it. */
export async function openAwsServices(): Promise<AwsServices> {
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const queues = await recordSends(`http://127.0.0.1:${server.port}`);
  const { endpoint } = queues;
  const urls = QUEUE_NAMES.map((name) => {
    const { visibilitySeconds, maxReceiveCount } = QUEUE_SETTINGS[name];
    const dead = server.createQueue(`${name}-dead-letters`);
    server.createQueue(name, {
      attributes: {
        VisibilityTimeout: String(visibilitySeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.queueArn, maxReceiveCount }),
      },
    });
    const url = `${endpoint}/000000000000/${name}`;
    return {
      [`${variableOf(name)}_QUEUE_URL`]: url,
      [`${variableOf(name)}_DEAD_LETTERS_URL`]: `${url}-dead-letters`,
    };
  });
  server.createQueue('job-starts');
  // Of the emulators of S3 the one that keeps versions, which an erasure and a job's end list.
  const [bucket, table, bus, batch] = await Promise.all([
    openBuckets(),
    openDynalite(),
    openEventBus(),
    openBatchService(),
  ]);
  const names: AwsEnvironment = readAwsEnvironment({
    ...Object.assign({}, ...urls),
    DATA_BUCKET: BUCKET,
    PREPARED_BUCKET,
    EXAM_TABLE: TABLE,
    EVENT_BUS_NAME: BUS,
    VECTOR_BUCKET: 'vectors',
  });
  const environment = {
    ...names,
    JOB_STARTS_URL: `${endpoint}/000000000000/job-starts`,
    AWS_REGION: 'us-east-1',
    // What emulators take; none of them is a secret.
    AWS_ACCESS_KEY_ID: 'S3RVER',
    AWS_SECRET_ACCESS_KEY: 'S3RVER',
    AWS_ENDPOINT_URL_S3: bucket.endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    AWS_ENDPOINT_URL_BATCH: batch.endpoint,
  };
  Object.assign(process.env, environment);
  const home = homeOn(awsClients(), names);
  return {
    environment,
    home,
    batch,
    sends: queues.sends,
    events: bus.received,
    async close() {
      await home.close();
      await queues.close();
      await Promise.all([bucket.close(), table.close(), bus.close(), batch.close(), server.stop()]);
    },
  };
}
