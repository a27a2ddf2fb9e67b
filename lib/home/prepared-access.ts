import { Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { EVIDENCE_FILE, PREPARED_PREFIX } from '../../core/keys/prepared-key.ts';
import { acknowledge } from '../acknowledge.ts';
import type { CloudHome } from './cloud-home.ts';

/** What a role's code does with what was prepared of photographs. `read-and-explain` adds evidence maps, and writes over nothing else. */
export type PreparedAccess = 'make' | 'read' | 'read-and-explain' | 'remove' | 'read-and-remove';

const OBJECT_ACTIONS = {
  make: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
  read: ['s3:GetObject'],
  'read-and-explain': ['s3:GetObject'],
  remove: ['s3:DeleteObject'],
  'read-and-remove': ['s3:GetObject', 's3:DeleteObject'],
} as const;

/** Nothing is decrypted where objects are only removed. */
const KEY_ACTIONS = {
  make: ['kms:Decrypt', 'kms:GenerateDataKey'],
  read: ['kms:Decrypt'],
  'read-and-explain': ['kms:Decrypt', 'kms:GenerateDataKey'],
  remove: [],
  'read-and-remove': ['kms:Decrypt'],
} as const;

/** Objects with evidence maps, of every image. */
const EVIDENCE = `${PREPARED_PREFIX}*/${EVIDENCE_FILE}*`;

/** Statements for a role that does so with prepared images; none without an access. */
export function preparedStatements(home: CloudHome, access: PreparedAccess | undefined): PolicyStatement[] {
  if (access === undefined) return [];
  const { prepared, key } = home.storage;
  const resources = [prepared.arnForObjects(`${PREPARED_PREFIX}*`)];
  const ofKey = KEY_ACTIONS[access];
  return [
    new PolicyStatement({ actions: [...OBJECT_ACTIONS[access]], resources }),
    // To list a patient's. And without it S3 answers 403 instead of 404 for an object that is not there.
    new PolicyStatement({ actions: ['s3:ListBucket'], resources: [prepared.bucketArn] }),
    ...(access === 'read-and-explain'
      ? [new PolicyStatement({ actions: ['s3:PutObject'], resources: [prepared.arnForObjects(EVIDENCE)] })]
      : []),
    ...(ofKey.length === 0 ? [] : [new PolicyStatement({ actions: [...ofKey], resources: [key.keyArn] })]),
  ];
}

/** Accepts what cdk-nag says of such a role. */
export function acknowledgePrepared(role: IRole, home: CloudHome, access: PreparedAccess): void {
  const { prepared } = home.storage;
  const bucketId = Stack.of(prepared).getLogicalId(prepared.node.defaultChild as CfnBucket);
  acknowledge(role, {
    [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${PREPARED_PREFIX}*]`]:
      'All that is prepared: whose images there will be is not known beforehand.',
    ...(access === 'read-and-explain'
      ? {
          [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${EVIDENCE}]`]:
            'The evidence maps of all images: whose there will be is not known beforehand.',
        }
      : {}),
  });
}
