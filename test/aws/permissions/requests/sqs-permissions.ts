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

const fieldsSchema = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
});
type Fields = z.infer<typeof fieldsSchema>;

/**
 * Actions on one queue. A batch is permitted by the action of its single form.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
const OF_QUEUE = new Set([
  'AddPermission',
  'ChangeMessageVisibility',
  'CreateQueue',
  'DeleteMessage',
  'DeleteQueue',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListDeadLetterSourceQueues',
  'ListQueueTags',
  'PurgeQueue',
  'ReceiveMessage',
  'RemovePermission',
  'SendMessage',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
]);

function formFields(body: URLSearchParams): Fields {
  return {
    QueueUrl: body.get('QueueUrl') ?? undefined,
    QueueName: body.get('QueueName') ?? undefined,
    SourceArn: body.get('SourceArn') ?? undefined,
    DestinationArn: body.get('DestinationArn') ?? undefined,
  };
}

/** A call in the JSON or in the query protocol, whose queue may stand in the path. */
function callOf(request: ServiceRequest): {
  readonly operation: string | undefined;
  readonly fields: Fields;
} {
  const target = targetOperation(request);
  if (target !== undefined) return { operation: target, fields: jsonBody(request, fieldsSchema) };
  const body = request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString());
  const fields = formFields(body);
  const ofPath =
    request.path.split('/').filter(Boolean).length === 2 ? `https://sqs${request.path}` : undefined;
  return {
    operation: body.get('Action') ?? undefined,
    fields: { ...fields, QueueUrl: fields.QueueUrl ?? ofPath },
  };
}

/** ARN of the queue that a URL ends with: `…/123456789012/name`. */
function queueArn(request: ServiceRequest, facts: AccountFacts, { QueueUrl, QueueName }: Fields): string {
  if (QueueName !== undefined) return arn(facts, request, QueueName);
  const [, account, name] = /\/([^/]+)\/([^/]+?)\/?$/.exec(QueueUrl ?? '') ?? [];
  if (account === undefined || name === undefined) {
    throw new UnknownActionError(`The queue URL "${QueueUrl}" names no queue.`);
  }
  return `arn:${facts.partition}:sqs:${request.region}:${account}:${name}`;
}

/** What a request to SQS needs. @throws UnknownActionError if its action is not known here */
export function sqsPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const { operation = '', fields } = callOf(request);
  const single = operation.replace(/Batch$/, '');
  if (single === 'ListQueues') return [{ action: 'sqs:ListQueues', resource: '*' }];
  if (single === 'StartMessageMoveTask' && fields.SourceArn !== undefined) {
    const source = fields.SourceArn;
    const target = fields.DestinationArn;
    return [
      { action: 'sqs:StartMessageMoveTask', resource: source },
      { action: 'sqs:ReceiveMessage', resource: source },
      { action: 'sqs:DeleteMessage', resource: source },
      { action: 'sqs:GetQueueAttributes', resource: source },
      ...(target === undefined ? [] : [{ action: 'sqs:SendMessage', resource: target }]),
    ];
  }
  if (!OF_QUEUE.has(single)) {
    throw new UnknownActionError(`The action of the SQS call "${operation}" is not known here.`);
  }
  const resource = queueArn(request, facts, fields);
  const operations = { SendMessage: ['GenerateDataKey', 'Decrypt'], ReceiveMessage: ['Decrypt'] } as const;
  const needed = operations[single as keyof typeof operations] ?? [];
  return [
    { action: `sqs:${single}`, resource },
    ...keyPermissions(request, facts, facts.keyOfQueue(resource), needed, { 'aws:sqs:arn': resource }),
  ];
}
