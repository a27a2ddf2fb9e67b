import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing } from '../../core/exams/exam-listing.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { IndexEntry, IndexRange } from '../../core/lists/exam-index.ts';
import { IndexedExamTable } from '../../core/lists/indexed-exam-table.ts';
import { tombstoneEnd } from '../../core/ports/exam-table.ts';
import type { ExamTable, Tombstone } from '../../core/ports/index.ts';
import type { PseudonymHash } from '../../core/pseudonyms/pseudonym-hash.ts';
import { patientErased, revisionConflict } from '../../core/records/update-exam.ts';
import { faultOf, tellFaults } from '../faults/tell-faults.ts';
import { entryOf, indexPartition, itemOf, keyOf, partitionOf, recordOf, tombstoneKey } from './exam-item.ts';
import { partitionsOf } from './listing-partitions.ts';
import { mergePartitions } from './merge-partitions.ts';
import { readItems } from './read-items.ts';
import { TABLE_SCHEMA } from './schema.ts';

type Item = Record<string, unknown>;

/** What DynamoDB names a condition within a transaction that did not hold. */
const CONDITION_FAILED = 'ConditionalCheckFailed';

/** Holds while an exam's item is the one that was read: a later exam of the same name counts its revisions from 1 again. */
function unchanged({ revision, erasure }: ExamRecord) {
  return erasure === undefined
    ? {
        ConditionExpression: 'revision = :revision AND attribute_not_exists(erasure)',
        ExpressionAttributeValues: { ':revision': revision },
      }
    : {
        ConditionExpression: 'revision = :revision AND erasure = :erasure',
        ExpressionAttributeValues: { ':revision': revision, ':erasure': erasure },
      };
}

/** Exams in one DynamoDB table, written on condition of their revision. Nothing here scans. */
export class DynamoExamTable extends IndexedExamTable implements ExamTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #pseudonyms: PseudonymHash;

  constructor(client: DynamoDBDocumentClient, table: string, pseudonyms: PseudonymHash) {
    super();
    this.#client = tellFaults(client);
    this.#table = table;
    this.#pseudonyms = pseudonyms;
  }

  async get(key: ExamKey): Promise<ExamRecord | undefined> {
    const command = new GetCommand({ TableName: this.#table, Key: keyOf(key), ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? undefined : recordOf(Item);
  }

  async save(record: ExamRecord): Promise<ExamRecord> {
    const saved: ExamRecord = { ...record, revision: record.revision + 1 };
    if (record.revision === 0) await this.#create(saved);
    else {
      const command = new PutCommand({ TableName: this.#table, Item: itemOf(saved), ...unchanged(record) });
      await this.#conditional(record, () => this.#client.send(command));
    }
    return saved;
  }

  async remove(record: ExamRecord): Promise<void> {
    const command = new DeleteCommand({ TableName: this.#table, Key: keyOf(record), ...unchanged(record) });
    await this.#conditional(record, () => this.#client.send(command));
  }

  async latestErasure(program: string, patient: string): Promise<string | null> {
    const Key = tombstoneKey(await this.#pseudonyms.ofPatient(program, patient));
    const command = new GetCommand({ TableName: this.#table, Key, ConsistentRead: true });
    const { Item } = await this.#client.send(command);
    return Item === undefined ? null : String(Item.erasure);
  }

  async putTombstone(program: string, patient: string, tombstone: Tombstone): Promise<void> {
    const key = tombstoneKey(await this.#pseudonyms.ofPatient(program, patient));
    const endsAt = Math.ceil(tombstoneEnd(tombstone).getTime() / 1_000);
    const Item = { ...key, erasure: tombstone.erasure, [TABLE_SCHEMA.timeToLive]: endsAt };
    await this.#client.send(new PutCommand({ TableName: this.#table, Item }));
  }

  /**
   * The only write of two items: that no erasure lies between what the record was made of and the record itself can be
   * decided in no other way. Every later write is of one item.
   */
  async #create(record: ExamRecord): Promise<void> {
    const { erasure } = record;
    const Key = tombstoneKey(await this.#pseudonyms.ofPatient(record.program, record.patient));
    const condition =
      erasure === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'erasure = :erasure', ExpressionAttributeValues: { ':erasure': erasure } };
    const TableName = this.#table;
    const command = new TransactWriteCommand({
      TransactItems: [
        { ConditionCheck: { TableName, Key, ...condition } },
        { Put: { TableName, Item: itemOf(record), ConditionExpression: 'attribute_not_exists(pk)' } },
      ],
    });
    try {
      await this.#client.send(command);
    } catch (error) {
      const { cause } = faultOf(error) ?? {};
      if (!(cause instanceof TransactionCanceledException)) throw error;
      const [tombstone, exam] = (cause.CancellationReasons ?? []).map(({ Code }) => Code);
      if (tombstone === CONDITION_FAILED) throw patientErased(record);
      // Another writer changes the same exam at this moment: the next read shows what came of it.
      if (exam === CONDITION_FAILED || [tombstone, exam].includes('TransactionConflict'))
        throw revisionConflict(record);
      throw error;
    }
  }

  async count(program: string): Promise<Readonly<Record<ExamListing, number>>> {
    const entries = await Promise.all(
      EXAM_LISTINGS.map(async (listing) => [listing, await this.#countListing(program, listing)] as const),
    );
    return Object.fromEntries(entries) as Record<ExamListing, number>;
  }

  async #conditional(record: ExamRecord, write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (faultOf(error)?.code === 'ConditionalCheckFailedException') throw revisionConflict(record);
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

  /**
   * A part's partitions, merged in order. The first read of each asks for its likely share alone, so that a page of a spread
   * part costs hardly more than one of a part that lies together.
   */
  protected readRange(range: IndexRange): Promise<readonly IndexEntry[]> {
    const partitions = partitionsOf(range.part);
    return mergePartitions(range, partitions, (partition, stretch) =>
      this.#readPartition({ ...range, ...stretch }, partition),
    );
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
