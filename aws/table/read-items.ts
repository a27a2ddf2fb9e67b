import { setTimeout as delay } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UnexpectedAnswerError } from '../errors.ts';
import { partsOf } from '../queue/repeated-batch.ts';

type Key = { readonly pk: string; readonly sk: string };
type Item = Record<string, unknown>;

/** What DynamoDB takes in one call. */
const BATCH = 100;
const ATTEMPTS = 8;
const FIRST_PAUSE_MILLISECONDS = 25;

function nameOf({ pk, sk }: Item): string {
  return JSON.stringify([pk, sk]);
}

async function readBatch(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<Item[]> {
  const items: Item[] = [];
  let open: Item[] = keys.map((key) => ({ ...key }));
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const answer = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: open, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    // An answer ends at 16 MB, and earlier where the table is throttled.
    open = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (open.length > 0 && attempt === ATTEMPTS) {
      throw new UnexpectedAnswerError(
        `Table ${table} left ${open.length} of ${keys.length} exams unread ${ATTEMPTS} times. Try again later.`,
      );
    }
    if (open.length > 0) await delay(FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
  }
  return items;
}

/** Reads items by their keys, consistently. @returns them in the order of the keys, `undefined` where there is none */
export async function readItems(
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<(Item | undefined)[]> {
  const batches = await Promise.all(partsOf(keys, BATCH).map((batch) => readBatch(client, table, batch)));
  const found = new Map(batches.flat().map((item) => [nameOf(item), item]));
  return keys.map((key) => found.get(nameOf(key)));
}
