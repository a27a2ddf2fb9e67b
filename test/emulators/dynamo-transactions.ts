import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import pLimit from 'p-limit';

const TARGET = 'DynamoDB_20120810.';
/** Requests on their way to dynalite at once: beyond its backlog it resets connections. */
const CALLS_AT_ONCE = 64;

interface Condition {
  readonly TableName: string;
  readonly Key: unknown;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: unknown;
}
interface Transaction {
  readonly ReturnConsumedCapacity?: string;
  readonly TransactItems: readonly { readonly ConditionCheck?: Condition; readonly Put?: object }[];
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/**
 * Stands before dynalite, which knows no transactions, and gives it TransactWriteItems of condition checks and one put:
 * writes wait for each other here, so nothing comes in between.
 *
 * @param port of dynalite
 */
export async function withTransactions(port: number): Promise<{ endpoint: string; close(): Promise<void> }> {
  const oneAtATime = pLimit(1);
  const together = pLimit(CALLS_AT_ONCE);

  async function call(
    operation: string,
    content: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return together(async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
          'x-amz-date': '20260101T000000Z',
          'content-type': 'application/x-amz-json-1.0',
          ...headers,
          'x-amz-target': `${TARGET}${operation}`,
        },
        body: content instanceof Buffer ? new Uint8Array(content) : JSON.stringify(content),
      });
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
    });
  }

  /** Writing nothing on a condition: an item that is there is updated in nothing, one that is not is deleted. */
  async function check({ TableName, Key, ...condition }: Condition): Promise<Answer> {
    const found = JSON.parse(
      (await call('GetItem', { TableName, Key, ConsistentRead: true })).body.toString(),
    );
    return call(found.Item === undefined ? 'DeleteItem' : 'UpdateItem', { TableName, Key, ...condition });
  }

  async function transact({ TransactItems, ReturnConsumedCapacity }: Transaction): Promise<Answer> {
    const codes = TransactItems.map(() => 'None');
    let units = 0;
    for (const [index, { ConditionCheck, Put }] of TransactItems.entries()) {
      const put = { ...Put, ReturnConsumedCapacity };
      const answer = ConditionCheck === undefined ? await call('PutItem', put) : await check(ConditionCheck);
      if (answer.status === 200) {
        // Each item of a transaction costs twice what it costs alone; a check costs a write of the least.
        units += 2 * (JSON.parse(answer.body.toString()).ConsumedCapacity?.CapacityUnits ?? 1);
        continue;
      }
      if (!answer.body.toString().includes('ConditionalCheckFailed')) return answer;
      codes[index] = 'ConditionalCheckFailed';
      const body = {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
        CancellationReasons: codes.map((Code) => ({ Code })),
      };
      return { status: 400, body: Buffer.from(JSON.stringify(body)) };
    }
    return {
      status: 200,
      body: Buffer.from(JSON.stringify({ ConsumedCapacity: [{ CapacityUnits: units }] })),
    };
  }

  const server = createServer(async (request, response) => {
    const content = await buffer(request);
    const operation = String(request.headers['x-amz-target']).slice(TARGET.length);
    const isRead = ['GetItem', 'BatchGetItem', 'Query', 'DescribeTable'].includes(operation);
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const passOn = () => call(operation, content, headers as Record<string, string>);
    const answer = isRead
      ? await passOn()
      : await oneAtATime(() =>
          operation === 'TransactWriteItems' ? transact(JSON.parse(content.toString())) : passOn(),
        );
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
