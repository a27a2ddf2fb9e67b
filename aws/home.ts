import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ObjectFeatureStore } from '../core/features/object-feature-store.ts';
import { WRITES_AT_ONCE } from '../core/jobs/shards/apply-shard.ts';
import {
  JOB_QUEUE_NAMES,
  type JobQueueName,
  QUEUE_NAMES,
  type QueueName,
  type RedrivenQueue,
  variableOf,
} from '../core/messages/queues.ts';
import type { Home, QueuePair } from '../core/ports/index.ts';
import { PseudonymHash } from '../core/pseudonyms/pseudonym-hash.ts';
import { type AwsEnvironment, readAwsEnvironment, readJobQueuesEnvironment } from './environment.ts';
import { AWS_TRACES } from './erasure/aws-traces.ts';
import { EventBridgeEvents } from './events/eventbridge-events.ts';
import { S3ObjectStore } from './objects/s3-object-store.ts';
import { S3PreparedStore } from './preparation/s3-prepared-store.ts';
import { SqsQueue } from './queue/sqs-queue.ts';
import { S3VectorIndex } from './search/s3-vector-index.ts';
import { DynamoExamTable } from './table/dynamo-exam-table.ts';

/** Connections to the services. One set serves a whole process. */
export interface AwsClients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly dynamo: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly s3Vectors: S3VectorsClient;
}

/**
 * Connections to a service that many requests at once share. The SDK opens 50 unless it is told, and the other requests
 * of a re-scored shard would wait in line for them.
 */
const CONNECTIONS = { keepAlive: true, maxSockets: WRITES_AT_ONCE };

/** How clients reach the services that a shard's exams are written to. An emulator is reached by HTTP. */
const MANY_CONNECTIONS = { httpsAgent: CONNECTIONS, httpAgent: CONNECTIONS };

/** Clients by the process's region and credentials. */
export function awsClients(): AwsClients {
  return {
    // Every upload carries its SHA-256, and readers compare it: a second checksum would be computed for nothing.
    s3: new S3Client({
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: MANY_CONNECTIONS,
    }),
    sqs: new SQSClient({}),
    dynamo: new DynamoDBClient({ requestHandler: MANY_CONNECTIONS }),
    eventBridge: new EventBridgeClient({}),
    s3Vectors: new S3VectorsClient({}),
  };
}

function pairOf(sqs: SQSClient, name: RedrivenQueue, queueUrl: string, deadLettersUrl: string): QueuePair {
  return {
    queue: new SqsQueue(sqs, name, queueUrl),
    deadLetters: new SqsQueue(sqs, `${name}-dead-letters`, deadLettersUrl),
  };
}

function queuePair({ sqs }: AwsClients, name: QueueName, environment: AwsEnvironment): QueuePair {
  const prefix = variableOf(name);
  return pairOf(sqs, name, environment[`${prefix}_QUEUE_URL`], environment[`${prefix}_DEAD_LETTERS_URL`]);
}

/**
 * The queues of jobs, as the environment names them.
 *
 * @throws ConfigurationError naming the variables at fault
 */
export function jobQueuesOf(
  environment: NodeJS.ProcessEnv,
  sqs: SQSClient = new SQSClient({}),
): Readonly<Record<JobQueueName, QueuePair>> {
  const urls = readJobQueuesEnvironment(environment);
  const pairs = JOB_QUEUE_NAMES.map((name) => {
    const prefix = variableOf(name);
    return [
      name,
      pairOf(sqs, name, urls[`${prefix}_QUEUE_URL`], urls[`${prefix}_DEAD_LETTERS_URL`]),
    ] as const;
  });
  return Object.fromEntries(pairs) as Record<JobQueueName, QueuePair>;
}

/** The system on AWS, on clients that somebody else made. */
export function homeOn(clients: AwsClients, environment: AwsEnvironment): Home {
  const pairs = QUEUE_NAMES.map((name) => [name, queuePair(clients, name, environment)] as const);
  const objects = new S3ObjectStore(clients.s3, environment.DATA_BUCKET);
  const documents = DynamoDBDocumentClient.from(clients.dynamo);
  return {
    objects,
    features: new ObjectFeatureStore(objects),
    prepared: new S3PreparedStore(clients.s3, environment.PREPARED_BUCKET),
    exams: new DynamoExamTable(documents, environment.EXAM_TABLE, new PseudonymHash(objects)),
    events: new EventBridgeEvents(clients.eventBridge, environment.EVENT_BUS_NAME),
    vectors: new S3VectorIndex(clients.s3Vectors, environment.VECTOR_BUCKET),
    traces: AWS_TRACES,
    queues: Object.fromEntries(pairs) as Record<QueueName, QueuePair>,
    async close() {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}

/**
 * The system on AWS, as the environment names it.
 *
 * @throws ConfigurationError naming the variables at fault
 * @example const home = awsHome(process.env);
 */
export function awsHome(environment: NodeJS.ProcessEnv): Home {
  return homeOn(awsClients(), readAwsEnvironment(environment));
}
