import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing, type ExamRecord } from '../../core/exams/exam-record.ts';
import { revisionConflict } from '../../core/exams/update-exam.ts';
import type { IndexEntry, IndexRange } from '../../core/ports/exam-index.ts';
import type { ExamTable } from '../../core/ports/index.ts';
import { IndexedExamTable } from '../../core/ports/indexed-exam-table.ts';
import { compareText } from '../../core/ports/read-exam-index.ts';
import { entryOf, indexPartition, itemOf, keyOf, partitionOf, recordOf } from './exam-item.ts';
import { partitionsOf } from './listing-partitions.ts';
import { readItems } from './read-items.ts';
import { TABLE_SCHEMA } from './schema.ts';

type Item = Record<string, unknown>;

/** Exams in one DynamoDB table, written on condition of their revision. Nothing here scans. */
export class DynamoExamTable extends IndexedExamTable implements ExamTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    super();
    this.#client = client;
    this.#table = table;
  }

  async get(key: ExamKey): Promise<ExamRecord | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: keyOf(key), ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : recordOf(Item);
  }

  async save(record: ExamRecord): Promise<ExamRecord> {
    const saved: ExamRecord = { ...record, revision: record.revision + 1 };
    const condition =
      record.revision === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeValues: { ':revision': record.revision },
          };
    await this.#conditional(
      record,
      new PutCommand({ TableName: this.#table, Item: itemOf(saved), ...condition }),
    );
    return saved;
  }

  async remove(record: ExamRecord): Promise<void> {
    await this.#conditional(
      record,
      new DeleteCommand({
        TableName: this.#table,
        Key: keyOf(record),
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': record.revision },
      }),
    );
  }

  async count(program: string): Promise<Readonly<Record<ExamListing, number>>> {
    const entries = await Promise.all(
      EXAM_LISTINGS.map(async (listing) => [listing, await this.#countListing(program, listing)] as const),
    );
    return Object.fromEntries(entries) as Record<ExamListing, number>;
  }

  async #conditional(record: ExamRecord, command: PutCommand | DeleteCommand): Promise<void> {
    try {
      await (command instanceof PutCommand ? this.#client.send(command) : this.#client.send(command));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw revisionConflict(record);
      throw error;
    }
  }

  protected async readPatient(
    program: string,
    patient: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly ExamRecord[]> {
    const found = await this.#query(limit, {
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: {
        ':pk': partitionOf(program, patient),
        ...(after === undefined ? {} : { ':after': after }),
      },
      ConsistentRead: true,
    });
    return found.map(recordOf);
  }

  /** Consistent reads: a record is at least as new as the index that led to it. */
  protected async readRecords(keys: readonly ExamKey[]): Promise<readonly (ExamRecord | undefined)[]> {
    const found = await readItems(this.#client, this.#table, keys.map(keyOf));
    return found.map((item) => (item === undefined ? undefined : recordOf(item)));
  }

  protected async readRange(range: IndexRange): Promise<readonly IndexEntry[]> {
    const { index, part, descending, limit } = range;
    const partitions = index === 'listing' ? partitionsOf(part) : [part];
    const read = await Promise.all(partitions.map((partition) => this.#readPartition(range, partition)));
    if (read.length === 1) return read.flat();
    const merged = read.flat().sort((a, b) => compareText(a.sort, b.sort));
    return (descending ? merged.reverse() : merged).slice(0, limit);
  }

  async #readPartition(range: IndexRange, partition: string): Promise<readonly IndexEntry[]> {
    const { program, index, part, from, to, after, descending, limit } = range;
    const { name, partitionKey, sortKey } = TABLE_SCHEMA.indexes[index];
    // A place has more behind its instant, so no place equals `to`; one may equal `after`, which is left out below.
    const low = !descending && after !== undefined && after > from ? after : from;
    const high = descending && after !== undefined && after < to ? after : to;
    if (low > high) return [];
    const items = await this.#query(limit + 1, {
      IndexName: name,
      KeyConditionExpression: '#part = :part AND #sort BETWEEN :low AND :high',
      ExpressionAttributeNames: { '#part': partitionKey, '#sort': sortKey },
      ExpressionAttributeValues: { ':part': indexPartition(program, partition), ':low': low, ':high': high },
      ScanIndexForward: !descending,
    });
    return items
      .map((item) => entryOf(index, part, item))
      .filter(({ sort }) => sort !== after)
      .slice(0, limit);
  }

  /** Asks on until there are enough items: an answer ends at 1 MB. */
  async #query(enough: number, query: Omit<QueryCommandInput, 'TableName'>): Promise<Item[]> {
    const items: Item[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          ...query,
          Limit: enough - items.length,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      );
      items.push(...(answer.Items ?? []));
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined && items.length < enough);
    return items;
  }

  async #countListing(program: string, listing: ExamListing): Promise<number> {
    const counts = await Promise.all(
      partitionsOf(listing).map((partition) => this.#count(program, partition)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #count(program: string, listing: string): Promise<number> {
    let count = 0;
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: TABLE_SCHEMA.indexes.listing.name,
          KeyConditionExpression: 'listing = :listing',
          ExpressionAttributeValues: { ':listing': indexPartition(program, listing) },
          Select: 'COUNT',
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      );
      count += answer.Count ?? 0;
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return count;
  }
}
