import { Stack } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { PREPARED_PREFIX } from '../../core/keys/prepared-key.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Network } from './network.ts';

/**
 * Bounds what leaves the network to what is the system's own, whoever signs it: code that was taken over could bring keys of
 * a foreign account, and leave photographs in a bucket, a queue or a table of that account.
 */
export function closeEndpoints(network: Network, home: CloudHome): void {
  for (const statement of objectStatements(home)) network.objectStoreEndpoint.addToPolicy(statement);
  for (const statement of queueStatements(home)) network.queuesEndpoint.addToPolicy(statement);
  network.examTableEndpoint.addToPolicy(
    allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [home.storage.table.tableArn]),
  );
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ principals: [new AnyPrincipal()], actions, resources });
}

/** ECR keeps image layers in a bucket of its own. */
function objectStatements({ storage: { bucket, prepared } }: CloudHome): readonly PolicyStatement[] {
  const { region, partition } = Stack.of(bucket);
  return [
    allow(
      [
        ...['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:ListBucket'],
        // Of notes about attempts: no other object may be removed by the roles that screen.
        ...['s3:DeleteObjectVersion', 's3:ListBucketVersions'],
      ],
      [bucket.bucketArn, bucket.arnForObjects('*')],
    ),
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:ListBucket'],
      [prepared.bucketArn, prepared.arnForObjects(`${PREPARED_PREFIX}*`)],
    ),
    allow(['s3:GetObject'], [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`]),
  ];
}

function queueStatements({ messaging: { queues } }: CloudHome): readonly PolicyStatement[] {
  const pairs = QUEUE_NAMES.map((name) => queues[name]);
  return [
    allow(
      ['sqs:SendMessage'],
      pairs.flatMap(({ queue, deadLetters }) => [queue.queueArn, deadLetters.queueArn]),
    ),
    allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      [queues.screening.queue.queueArn, queues['live-screening'].queue.queueArn],
    ),
    // Preparation removes what is done before it opens what may end it. Lambda receives for it.
    allow(
      ['sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      [queues.preparation.queue.queueArn, queues['bulk-preparation'].queue.queueArn],
    ),
  ];
}
