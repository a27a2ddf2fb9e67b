import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { acknowledge } from '../acknowledge.ts';

/**
 * Accepts what cdk-nag says of functions that are called as all of this system are: by a queue, the gateway or Cognito,
 * each of which waits for the answer.
 */
export function acknowledgeWayOfCalling(target: IFunction): void {
  acknowledge(target, {
    'HIPAA.Security-LambdaConcurrency':
      'The event source of its queue or the throttle of its route bounds it; a reservation would take from a quota that is 10 in a new account.',
    'HIPAA.Security-LambdaDLQ':
      'Lambda fills this queue from asynchronous calls only, and nobody makes any: what fails stays in its own queue, which has dead letters.',
    CKV_AWS_115:
      'The event source of its queue or the throttle of its route bounds it; a reservation would take from a quota that is 10 in a new account.',
    CKV_AWS_116:
      'Lambda fills this queue from asynchronous calls only, and nobody makes any: what fails stays in its own queue, which has dead letters.',
    CKV_AWS_173:
      'The variables are names of buckets, queues and tables and a few sizes, no secret; Lambda encrypts them with its own key.',
  });
  if (target.isBoundToVpc) return;
  acknowledge(target, {
    'HIPAA.Security-LambdaInsideVPC':
      'It speaks to AWS services and to webhooks by TLS and IAM, and to nothing that is within a network: there is nothing to be inside of.',
    CKV_AWS_117:
      'It speaks to AWS services and to webhooks by TLS and IAM, and to nothing that is within a network: there is nothing to be inside of.',
  });
}
