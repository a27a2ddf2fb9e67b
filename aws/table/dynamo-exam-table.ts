import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { ExamFacts } from '../../core/exams/exam-facts.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing, type ExamRecord } from '../../core/exams/exam-record.ts';
import { revisionConflict } from '../../core/exams/update-exam.ts';
import {
  type IndexEntry,
  type IndexQuery,
  type IndexRange,
  listingQuery,
  workListQuery,
} from '../../core/ports/exam-index.ts';
import type {
  ExamTable,
  ListingRequest,
  Page,
  PageRequest,
  WorkListRequest,
} from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import { readExamIndex } from '../../core/ports/read-exam-index.ts';
import { entryOf, indexPartition, itemOf, keyOf, partitionOf, recordOf } from './exam-item.ts';
import { readItems } from './read-items.ts';
import { TABLE_SCHEMA } from './schema.ts';

type Item = Record<string, unknown>;

/** Exams in one DynamoDB table, written on condition of their revision. Nothing here scans. */
export class DynamoExamTable implements ExamTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
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

  async listByPatient(program: string, patient: string, page: PageRequest): Promise<Page<ExamRecord>> {
    checkLimit(page.limit);
    const list = JSON.stringify(['patient', program, patient]);
    const [after] = decodeCursor(list, page.cursor) ?? [];
    const found = await this.#query(page.limit + 1, {
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: {
        ':pk': partitionOf(program, patient),
        ...(after === undefined ? {} : { ':after': String(after) }),
      },
      ConsistentRead: true,
    });
    const items = found.slice(0, page.limit).map(recordOf);
    const last = items.at(-1);
    return found.length > page.limit && last ? { items, cursor: encodeCursor(list, [last.exam]) } : { items };
  }

  list(program: string, request: ListingRequest): Promise<Page<ExamRecord>> {
    return this.#records(program, listingQuery(request), request);
  }

  workList(program: string, request: WorkListRequest): Promise<Page<ExamRecord>> {
    return this.#records(program, workListQuery(request), request);
  }

  async facts(program: string, request: ListingRequest): Promise<Page<ExamFacts>> {
    const { items, ...rest } = await this.#entries(program, listingQuery(request), request);
    return { items: items.map(({ facts }) => facts), ...rest };
  }

  async count(program: string): Promise<Readonly<Record<ExamListing, number>>> {
    const entries = await Promise.all(
      EXAM_LISTINGS.map(async (listing) => [listing, await this.#count(program, listing)] as const),
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

  #entries(program: string, query: IndexQuery, page: PageRequest): Promise<Page<IndexEntry>> {
    return readExamIndex(program, query, page, (range) => this.#readRange(range));
  }

  /** Consistent reads: a record is at least as new as the index that led to it. */
  async #records(program: string, query: IndexQuery, page: PageRequest): Promise<Page<ExamRecord>> {
    const { items, ...rest } = await this.#entries(program, query, page);
    const keys = items.map(({ facts }) => keyOf({ program, patient: facts.patient, exam: facts.exam }));
    const found = await readItems(this.#client, this.#table, keys);
    const records = found.flatMap((item) => (item === undefined ? [] : [recordOf(item)]));
    return { items: records.filter((record) => query.holds(record)), ...rest };
  }

  async #readRange(range: IndexRange): Promise<readonly IndexEntry[]> {
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
      ExpressionAttributeValues: { ':part': indexPartition(program, part), ':low': low, ':high': high },
      ScanIndexForward: !descending,
    });
    return items
      .map((item) => entryOf(index, program, item))
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

  async #count(program: string, listing: ExamListing): Promise<number> {
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
