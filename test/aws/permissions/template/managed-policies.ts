import { UnknownPolicyError } from '../errors.ts';
import { type PolicyStatement, policyStatements } from '../policy-statement.ts';

function allow(...actions: string[]) {
  return { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}

/**
 * Policies that AWS keeps, as published.
 *
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const DOCUMENTS: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ),
  AWSXRayDaemonWriteAccess: allow(
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ),
};

/** Statements of a policy that AWS keeps. @throws UnknownPolicyError if it is not known here */
export function managedStatements(policyArn: string): PolicyStatement[] {
  const name = policyArn.replace(/^arn:[^:]+:iam::aws:policy\//, '');
  const document = DOCUMENTS[name];
  if (document === undefined) {
    throw new UnknownPolicyError(`What the managed policy ${policyArn} permits is not known here. Add it.`);
  }
  return policyStatements(document, policyArn);
}
