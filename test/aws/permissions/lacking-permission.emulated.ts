import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatchClient } from '@aws-sdk/client-batch';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AwsCallError } from '../../../aws/errors.ts';
import { EventBridgeEvents } from '../../../aws/events/eventbridge-events.ts';
import { tellFaults } from '../../../aws/faults/tell-faults.ts';
import { S3ObjectStore } from '../../../aws/objects/s3-object-store.ts';
import { S3PreparedStore } from '../../../aws/preparation/s3-prepared-store.ts';
import { SqsQueue } from '../../../aws/queue/sqs-queue.ts';
import { S3VectorIndex } from '../../../aws/search/s3-vector-index.ts';
import { DynamoExamTable } from '../../../aws/table/dynamo-exam-table.ts';
import { PseudonymHash } from '../../../core/pseudonyms/pseudonym-hash.ts';
import { openBatchService } from '../../emulators/batch-service.ts';
import { createTable, KeptKey } from '../../emulators/dynamo-emulator.ts';
import { serveVectors } from '../../emulators/vector-service.ts';
import { forward, signedService } from '../account/forward.ts';
import { ACCOUNT, type Ministack, REGION, startMinistack } from '../emulator/ministack.ts';
import { type PermissionProxy, startPermissionProxy } from './permission-proxy.ts';
import { type PolicyStatement, policyStatements } from './policy-statement.ts';
import { PORT_CALLS, type PortCall, type Ports } from './port-calls.ts';
import type { Call, Principal } from './request-decision.ts';
import { bucketOfHost } from './requests/s3-location.ts';

const VECTOR_BUCKET = 'vectors';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/data`;
const everything = policyStatements(
  { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
  'everything',
);

/** What may be done, permission by permission. */
function allowing(calls: readonly Pick<Call, 'action' | 'resource'>[]): PolicyStatement[] {
  const Statement = calls.map(({ action, resource }) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
  }));
  return policyStatements({ Statement }, 'a role');
}

/** The emulator, and the stubs of services that it lacks, behind one address. */
async function startServices(emulator: Ministack, stubs: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) =>
    forward(request, response, stubs[signedService(request) ?? ''] ?? emulator.endpoint),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe('a role that lacks one permission', () => {
  let emulator: Ministack;
  let services: Server;
  let closeStubs: () => Promise<void>;
  let proxy: PermissionProxy;
  const principals = new Map<string, Principal>([
    ['AKIAADMIN', { role: 'administrator', statements: everything }],
  ]);

  function portsOf(accessKeyId: string, endpoint = proxy.endpoint): Ports {
    const settings = {
      endpoint,
      region: REGION,
      credentials: { accessKeyId, secretAccessKey: 'secret' },
      maxAttempts: 1,
    };
    const s3 = new S3Client({
      ...settings,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    return {
      objects: new S3ObjectStore(s3, 'data'),
      prepared: new S3PreparedStore(s3, 'prepared'),
      queue: new SqsQueue(new SQSClient(settings), 'intake', `${endpoint}/${ACCOUNT}/intake`),
      exams: new DynamoExamTable(
        DynamoDBDocumentClient.from(new DynamoDBClient(settings)),
        'exams',
        new PseudonymHash(new KeptKey()),
      ),
      events: new EventBridgeEvents(new EventBridgeClient(settings), 'happenings'),
      vectors: new S3VectorIndex(new S3VectorsClient(settings), VECTOR_BUCKET),
      scheduler: tellFaults(new SchedulerClient(settings)),
      batch: tellFaults(new BatchClient(settings)),
      stacks: tellFaults(new CloudFormationClient(settings)),
    };
  }

  beforeAll(async () => {
    emulator = await startMinistack();
    const vectors = await serveVectors(VECTOR_BUCKET);
    const batch = await openBatchService();
    closeStubs = async () => {
      await Promise.all([vectors.close(), batch.close()]);
    };
    services = await startServices(emulator, { s3vectors: vectors.endpoint, batch: batch.endpoint });
    proxy = await startPermissionProxy({
      upstream: `http://127.0.0.1:${(services.address() as AddressInfo).port}`,
      principals,
      resourcePolicies: new Map(),
      facts: {
        accountId: ACCOUNT,
        partition: 'aws',
        bucketOfHost,
        keyOfBucket: () => KEY,
        keyOfVectorBucket: () => KEY,
        keyOfQueue: () => undefined,
        keyOfTable: () => undefined,
      },
    });
    const settings = {
      endpoint: emulator.endpoint,
      region: REGION,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    };
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    for (const Bucket of ['data', 'prepared']) await s3.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: 'Enabled' as const };
    await s3.send(new PutBucketVersioningCommand({ Bucket: 'data', VersioningConfiguration }));
    await new SQSClient(settings).send(new CreateQueueCommand({ QueueName: 'intake' }));
    await createTable(new DynamoDBClient(settings), 'exams');
    await new EventBridgeClient(settings).send(new CreateEventBusCommand({ Name: 'happenings' }));
    const Topic = { Type: 'AWS::SNS::Topic' };
    await new CloudFormationClient(settings).send(
      new CreateStackCommand({
        StackName: 'RetclipScreening',
        TemplateBody: JSON.stringify({ Resources: { Topic } }),
      }),
    );
  });
  afterAll(async () => {
    await proxy.close();
    services.closeAllConnections();
    await new Promise((resolve) => services.close(resolve));
    await closeStubs();
    await emulator.stop();
  });

  let keys = 0;
  /** Runs a call under a role of its own. @returns what it needed, and how it ended */
  async function runAs({ prepare, run }: PortCall, statements: readonly PolicyStatement[]) {
    const prepared = await prepare?.(portsOf('AKIAADMIN'));
    keys += 1;
    const accessKeyId = `AKIAROLE${keys}`;
    principals.set(accessKeyId, { role: `role-${keys}`, statements });
    const error = await run(portsOf(accessKeyId), prepared).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { role: `role-${keys}`, error, calls: proxy.calls.filter(({ role }) => role === `role-${keys}`) };
  }

  it.each(PORT_CALLS)('is told which, and on what, by $name', async (portCall) => {
    const whole = await runAs(portCall, everything);
    expect(whole.error).toBeUndefined();
    const named = whole.calls.map(({ action, resource }) => ({
      action,
      resource:
        portCall.isOfNewNames === true && !resource.includes(':role/')
          ? resource.replace(/[^/]+$/, '*')
          : resource,
    }));
    const needed = [...new Map(named.map((one) => [`${one.action} ${one.resource}`, one])).values()];
    expect(needed.length).toBeGreaterThan(0);
    for (const lacking of needed) {
      const { role, error, calls } = await runAs(portCall, allowing(needed.filter((one) => one !== lacking)));
      const refused = calls.filter(({ decision }) => decision !== 'allowed');
      expect(refused.map(({ action }) => action)).toContain(lacking.action);
      expect(error, `without ${lacking.action}`).toBeInstanceOf(AwsCallError);
      const { message, fault } = error as AwsCallError;
      expect(message).toContain(
        `The role ${role} lacks ${lacking.action} on ${lacking.resource.replace(/\*$/, '')}`,
      );
      expect(message).toContain(`${fault.code} (HTTP ${fault.status})`);
      expect(fault.code).toMatch(/^AccessDenied/);
      expect(message).not.toContain('Unknown');
    }
  });
});
