import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

const KEY_ID = 'LogKey';

/** The key of a stack's log groups: one for all of them, made when the first is. It goes when the logs go. */
export function logKeyOf(scope: Construct): Key {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(KEY_ID);
  if (existing !== undefined) return existing as Key;
  const key = new Key(stack, KEY_ID, {
    description: 'Logs of retclip-screening',
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const { partition, region, account, urlSuffix } = stack;
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'KeepLogs',
      principals: [new ServicePrincipal(`logs.${region}.${urlSuffix}`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKey',
        'kms:DescribeKey',
      ],
      // In a key's policy the star is the key itself.
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*`,
        },
      },
    }),
  );
  return key;
}

/**
 * A log group that is encrypted with the stack's key for logs.
 *
 * @param retention how long a line is kept
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function encryptedLogGroup(
  scope: Construct,
  id: string,
  retention: RetentionDays = RetentionDays.ONE_MONTH,
): LogGroup {
  return new LogGroup(scope, id, {
    retention,
    encryptionKey: logKeyOf(scope),
    removalPolicy: RemovalPolicy.DESTROY,
  });
}
