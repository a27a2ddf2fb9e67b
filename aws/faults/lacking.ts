import type { AwsCall } from '../errors.ts';
import { type DeniedPermission, deniedPermission, permissionsOf } from './call-permissions.ts';
import type { FaultKind } from './fault-kinds.ts';

/** Services whose resources' names come from settings that the stack writes. */
const SETTINGS: Readonly<Record<string, string>> = {
  S3: 'DATA_BUCKET',
  SQS: 'the variables *_QUEUE_URL and *_DEAD_LETTERS_URL',
  DynamoDB: 'EXAM_TABLE',
  EventBridge: 'EVENT_BUS_NAME',
  S3Vectors: 'VECTOR_BUCKET',
  Batch: 'the variables *_JOB_QUEUE and *_JOB_DEFINITION',
  Scheduler: 'SCHEDULE_GROUP',
  CloudFormation: '--stack, AWS_PROFILE and AWS_REGION',
};

/** What is lacking, for the log and for a caller who is told no names. */
export interface Lacking {
  readonly told: string;
  readonly publicly: string;
}

function same(told: string): Lacking {
  return { told, publicly: told };
}

function ofDenial({ principal, action, resource, why }: DeniedPermission): Lacking {
  const isExplicit = why.startsWith('with an explicit deny');
  const told = isExplicit
    ? `A policy denies ${action} on ${resource} to the ${principal} (${why}).`
    : `The ${principal} lacks ${action} on ${resource} (${why}).`;
  return { told, publicly: `The system's role lacks ${action}.` };
}

function ofUnexplainedDenial(call: AwsCall): Lacking {
  const actions = permissionsOf(call).join(' and ');
  const mayBeAbsent = call.service === 'S3' && /^(Get|Head)Object$/.test(call.operation);
  const also = mayBeAbsent
    ? ', or kms:Decrypt on the key that encrypts it, or, if there is no such object, s3:ListBucket on the bucket'
    : call.service === 'S3' && call.operation === 'PutObject'
      ? ', or kms:GenerateDataKey on the bucket’s key'
      : '';
  return {
    told: `AWS gives no reason. The role lacks ${actions}${also}.`,
    publicly: `The system's role lacks ${actions}${also}.`,
  };
}

function ofResource({ service }: AwsCall): Lacking {
  const setting = SETTINGS[service] ?? 'the environment';
  return {
    told: `It does not exist in this account and region. Check ${setting}, or deploy the stack again.`,
    publicly: `A resource that ${setting} names does not exist.`,
  };
}

/**
 * The permission or the setting that a fault lacks, and what to do.
 *
 * @param message AWS's own words
 */
export function lackingOf(kind: FaultKind, call: AwsCall, message: string): Lacking {
  const denial = deniedPermission(message, call);
  if (denial !== undefined) return ofDenial(denial);
  switch (kind) {
    case 'denied':
      return ofUnexplainedDenial(call);
    case 'key':
      return same(
        'The KMS key that encrypts the resource is disabled, deleted, unknown here, or closed to the role: enable it, or let its key policy trust the role.',
      );
    case 'bucket-missing':
    case 'resource-missing':
      return ofResource(call);
    case 'credentials-expired':
      return same(
        "The credentials have expired. A role's are renewed by themselves; a person signs in again (aws sso login).",
      );
    case 'credentials-missing':
      return same('No credentials were found. Set AWS_PROFILE, or run under a role.');
    case 'credentials-wrong':
      return same('AWS does not know the credentials. Check AWS_PROFILE, or make a new access key.');
    case 'clock':
      return same(
        "This machine's clock is off by more than AWS accepts (15 minutes for S3, 5 for others). Set it.",
      );
    case 'throttled':
      return same('AWS takes fewer requests at present. It is tried again later.');
    case 'region-missing':
      return same('The region is not set. Set AWS_REGION, or a region in the AWS profile.');
    case 'region-wrong':
      return same('The resource is in another region. Set AWS_REGION to its own.');
    case 'unreachable':
      return same(
        "AWS cannot be reached from here. Check AWS_REGION, AWS_ENDPOINT_URL, name resolution, and the network's VPC endpoints.",
      );
    case 'aws-itself':
      return same('AWS itself failed. It is tried again later.');
    case 'archived':
      return same(
        'The object lies in an archive. Restore it, or change the lifecycle rule that moved it there.',
      );
    case 'quota':
      return same('A quota of the account is used up. Ask for a higher one in Service Quotas.');
    case 'unexplained':
      return same(
        'AWS gives no reason. Most often the credentials have expired, or a KMS key is disabled or closed to the role.',
      );
    case 'other':
      return { told: '', publicly: 'The log tells what AWS said.' };
  }
}
