import type { AwsCall } from '../errors.ts';

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

/** Tables of the items of a transaction. */
function tablesOf(items: unknown): readonly string[] {
  if (!Array.isArray(items)) return [];
  const named = items.flatMap((item: Record<string, { TableName?: unknown }>) =>
    Object.values(item).flatMap(({ TableName }) => text(TableName) ?? []),
  );
  return [...new Set(named)];
}

function objectOf({ Bucket, Key, Prefix, VersionId }: AwsCall['input']): string | undefined {
  if (text(Bucket) === undefined) return undefined;
  const key = text(Key) ?? (text(Prefix) ? `${Prefix}*` : undefined);
  const name = key === undefined ? `bucket "${Bucket}"` : `"${Bucket}/${key}"`;
  return text(VersionId) === undefined ? name : `${name} in version "${VersionId}"`;
}

function tableOf({
  TableName,
  IndexName,
  RequestItems,
  TransactItems,
}: AwsCall['input']): string | undefined {
  const tables = text(TableName) ? [TableName] : [...keysOf(RequestItems), ...tablesOf(TransactItems)];
  if (tables.length === 0) return undefined;
  const index = text(IndexName) === undefined ? '' : `, index "${IndexName}"`;
  return `table "${tables.join('", "')}"${index}`;
}

function busesOf({ Entries }: AwsCall['input']): string | undefined {
  if (!Array.isArray(Entries)) return undefined;
  const buses = Entries.map(({ EventBusName = 'default' }: { EventBusName?: string }) => EventBusName);
  return `bus "${[...new Set(buses)].join('", "')}"`;
}

/** What a call is about, for messages. */
export function resourceOf({ service, operation, input }: AwsCall): string {
  const named = () => {
    switch (service) {
      case 'S3':
        return objectOf(input);
      case 'SQS':
        return text(input.QueueUrl) && `queue "${text(input.QueueUrl)?.split('/').at(-1)}"`;
      case 'DynamoDB':
        return tableOf(input);
      case 'EventBridge':
        return busesOf(input);
      case 'S3Vectors': {
        const index = text(input.indexName) === undefined ? '' : `, index "${input.indexName}"`;
        return text(input.vectorBucketName) && `vector bucket "${input.vectorBucketName}"${index}`;
      }
      case 'Scheduler':
        return text(input.Name) && `schedule "${input.GroupName ?? 'default'}/${input.Name}"`;
      case 'Batch':
        return text(input.jobQueue) && `job definition "${input.jobDefinition}" on queue "${input.jobQueue}"`;
      case 'CloudFormation':
        return text(input.StackName) && `stack "${input.StackName}"`;
      default:
        return undefined;
    }
  };
  return named() || `the ${operation}'s resource`;
}
