import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { InvalidInputError } from '../../core/errors.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { EXAM_LISTINGS, type ExamListing, type ExamRecord } from '../../core/exams/exam-record.ts';
import { revisionConflict } from '../../core/exams/update-exam.ts';
import type { ExamTable, ListingRequest, Page, PageRequest } from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import { itemOf, keyOf, listingPartition, partitionOf, recordOf, sortableInstant } from './exam-item.ts';
import { TABLE_SCHEMA } from './schema.ts';

type Item = Record<string, unknown>;

const BEFORE_ALL = '0';
const AFTER_ALL = '~';

function instant(what: string, text: string | undefined, otherwise: string): string {
  if (text === undefined) return otherwise;
  if (Number.isNaN(Date.parse(text))) {
    throw new InvalidInputError(`Expected "${what}" as ISO 8601 but received ${JSON.stringify(text)}.`);
  }
  return sortableInstant(text);
}

/** The order in which DynamoDB sorts text: by its UTF-8 bytes. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

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
    try {
      await this.#client.send(new PutCommand({ TableName: this.#table, Item: itemOf(saved), ...condition }));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw revisionConflict(record);
      throw error;
    }
    return saved;
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

  async list(program: string, request: ListingRequest): Promise<Page<ExamRecord>> {
    checkLimit(request.limit);
    const listings = [...new Set(request.listings)].toSorted();
    const newestFirst = request.order !== 'oldest-first';
    const list = JSON.stringify(['listing', program, listings, newestFirst]);
    const [after] = decodeCursor(list, request.cursor) ?? [];
    const found = await Promise.all(
      listings.map((listing) =>
        this.#listing(
          program,
          listing,
          request,
          newestFirst,
          after === undefined ? undefined : String(after),
        ),
      ),
    );
    const places = found
      .flat()
      .map((item) => ({ item, at: String(item.listedAt) }))
      .sort((a, b) => (newestFirst ? compareText(b.at, a.at) : compareText(a.at, b.at)));
    const shown = places.slice(0, request.limit);
    const items = shown.map(({ item }) => recordOf(item));
    const last = shown.at(-1);
    return places.length > request.limit && last
      ? { items, cursor: encodeCursor(list, [last.at]) }
      : { items };
  }

  async count(program: string): Promise<Readonly<Record<ExamListing, number>>> {
    const entries = await Promise.all(
      EXAM_LISTINGS.map(async (listing) => [listing, await this.#count(program, listing)] as const),
    );
    return Object.fromEntries(entries) as Record<ExamListing, number>;
  }

  /** The next items of one listing: enough for a whole page and one more, should all come from it. */
  async #listing(
    program: string,
    listing: ExamListing,
    request: ListingRequest,
    newestFirst: boolean,
    after: string | undefined,
  ): Promise<Item[]> {
    const since = instant('since', request.since, BEFORE_ALL);
    // Every place has more behind its instant, so the instant itself is excluded.
    const until = instant('until', request.until, AFTER_ALL);
    const from = !newestFirst && after !== undefined && compareText(after, since) > 0 ? after : since;
    const to = newestFirst && after !== undefined && compareText(after, until) < 0 ? after : until;
    if (compareText(from, to) > 0) return [];
    const found = await this.#query(request.limit + 2, {
      IndexName: TABLE_SCHEMA.index.name,
      KeyConditionExpression: 'listing = :listing AND listedAt BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':listing': listingPartition(program, listing),
        ':from': from,
        ':to': to,
      },
      ScanIndexForward: !newestFirst,
    });
    return found.filter((item) => item.listedAt !== after).slice(0, request.limit + 1);
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
          IndexName: TABLE_SCHEMA.index.name,
          KeyConditionExpression: 'listing = :listing',
          ExpressionAttributeValues: { ':listing': listingPartition(program, listing) },
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
