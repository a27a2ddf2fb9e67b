import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  keyPermissions,
  type NamedPermission,
  type ServiceRequest,
  targetOperation,
} from './service-request.ts';

/** Operations on one table, or on one of its indexes. */
const OF_TABLE = new Set([
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeContinuousBackups',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateContinuousBackups',
  'UpdateItem',
  'UpdateTable',
  'UpdateTimeToLive',
]);
const READS = new Set(['GetItem', 'Query', 'Scan', 'BatchGetItem', 'PutItem', 'DeleteItem', 'UpdateItem']);

const tableSchema = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const batchSchema = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const partOfTransaction = z.partialRecord(
  z.enum(['Get', 'Put', 'Update', 'Delete', 'ConditionCheck']),
  z.object({ TableName: z.string() }),
);
const transactionSchema = z.object({ TransactItems: z.array(partOfTransaction).min(1) });

function tableArn(request: ServiceRequest, facts: AccountFacts, table: string): string {
  return table.startsWith('arn:') ? table : arn(facts, request, `table/${table}`);
}

function named(
  request: ServiceRequest,
  facts: AccountFacts,
  action: string,
  table: string,
): NamedPermission[] {
  const resource = tableArn(request, facts, table);
  const key = READS.has(action) ? facts.keyOfTable(resource) : undefined;
  return [
    { action: `dynamodb:${action}`, resource },
    ...keyPermissions(request, facts, key, ['Decrypt'], { 'aws:dynamodb:tableName': table }),
  ];
}

function distinct(permissions: readonly NamedPermission[]): NamedPermission[] {
  return [...new Map(permissions.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}

/**
 * What a request to DynamoDB needs. A query of an index is permitted on the index, not on the table.
 *
 * @throws UnknownActionError if its action is not known here
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function dynamoPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request) ?? '';
  if (operation === 'ListTables') return [{ action: 'dynamodb:ListTables', resource: '*' }];
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    const tables = Object.keys(jsonBody(request, batchSchema).RequestItems);
    if (tables.length === 0) throw new UnknownActionError(`A ${operation} names no table.`);
    return tables.flatMap((table) => named(request, facts, operation, table));
  }
  if (operation === 'TransactGetItems' || operation === 'TransactWriteItems') {
    const parts = jsonBody(request, transactionSchema).TransactItems.flatMap((item) => Object.entries(item));
    return distinct(
      parts.flatMap(([kind, { TableName }]) =>
        named(request, facts, kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`, TableName),
      ),
    );
  }
  if (!OF_TABLE.has(operation)) {
    throw new UnknownActionError(`The action of the DynamoDB call "${operation}" is not known here.`);
  }
  const { TableName, IndexName } = jsonBody(request, tableSchema);
  const [first, ...more] = named(request, facts, operation, TableName);
  if (first === undefined) return [];
  const resource = IndexName === undefined ? first.resource : `${first.resource}/index/${IndexName}`;
  return [{ ...first, resource }, ...more];
}
