import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { DynamoExamTable } from '../../aws/table/dynamo-exam-table.ts';
import { TABLE_SCHEMA } from '../../aws/table/schema.ts';
import { ObjectNotFoundError } from '../../core/errors.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/index.ts';
import { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import type { ExamTableSubject } from '../conformance/exam-table.ts';
import { clientSettings } from './client-settings.ts';
import { withTransactions } from './dynamo-transactions.ts';

export const TABLE = 'exams';

/** Makes an empty table as the stack does. */
export async function createTable(client: DynamoDBClient, TableName = TABLE): Promise<void> {
  const { partitionKey, sortKey } = TABLE_SCHEMA;
  const indexes = Object.values(TABLE_SCHEMA.indexes);
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        partitionKey,
        sortKey,
        ...indexes.flatMap((index) => [index.partitionKey, index.sortKey]),
      ].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: keys(partitionKey, sortKey),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: keys(index.partitionKey, index.sortKey),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projected] },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.2 }, { TableName });
}

/** Where the pseudonyms' key of one table lies: in memory. */
export class KeptKey implements Pick<ObjectStore, 'get' | 'head' | 'put'> {
  #content: Uint8Array | undefined;

  async head(): Promise<StoredObject | undefined> {
    return this.#content && this.#object(this.#content);
  }

  async put(_: string, content: Uint8Array): Promise<StoredObject> {
    this.#content ??= content;
    return this.#object(content);
  }

  async get(key: string) {
    if (this.#content === undefined) throw new ObjectNotFoundError(key);
    return { object: this.#object(this.#content), content: this.#content };
  }

  #object(content: Uint8Array): StoredObject {
    const facts = {
      versionId: null,
      sha256: '',
      contentType: '',
      metadata: {},
      lastModified: new Date(0),
      sequence: null,
    };
    return { key: 'key', bytes: content.length, ...facts };
  }
}

/** Told of every call: its name, and the capacity units that it consumed. */
export type ObserveCapacity = (command: string, units: number) => void;

function observeCapacity(client: DynamoDBDocumentClient, observe: ObserveCapacity): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as {
          ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
        };
        const consumed = [ConsumedCapacity ?? []].flat();
        observe(
          commandName,
          consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0),
        );
        return result;
      },
    { step: 'initialize' },
  );
}

/** The exam table on dynalite, in this process. */
export interface DynamoEmulator extends ExamTableSubject {
  readonly endpoint: string;
  /** For what the table itself never writes: items of former releases. */
  readonly documents: DynamoDBDocumentClient;
}

export async function openDynalite(observe?: ObserveCapacity): Promise<DynamoEmulator> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const front = await withTransactions(port);
  const { endpoint } = front;
  const client = new DynamoDBClient({ ...clientSettings(endpoint), maxAttempts: 5 });
  await createTable(client);
  const documents = DynamoDBDocumentClient.from(client);
  if (observe !== undefined) observeCapacity(documents, observe);
  return {
    endpoint,
    documents,
    exams: new DynamoExamTable(documents, TABLE, new PseudonymHash(new KeptKey())),
    async close() {
      client.destroy();
      await front.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
