import { z } from 'zod';
import { UnknownActionError } from '../errors.ts';
import {
  type AccountFacts,
  arn,
  jsonBody,
  type NamedPermission,
  type ServiceRequest,
  targetOperation,
} from './service-request.ts';

/** Fields of the query protocol, in a form body or in the URL. */
function formOf({ method, query, body }: ServiceRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString());
}

const OF_STACK = new Set(['DescribeStacks', 'DescribeStackEvents', 'DescribeStackResources', 'GetTemplate']);

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html */
export function cloudFormationPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const form = formOf(request);
  const [operation, stack] = [form.get('Action') ?? '', form.get('StackName')];
  if (operation === 'ListStackResources' || OF_STACK.has(operation)) {
    const resource = stack?.startsWith('arn:')
      ? stack
      : stack === null
        ? '*'
        : arn(facts, request, `stack/${stack}/*`);
    return [{ action: `cloudformation:${operation}`, resource }];
  }
  throw new UnknownActionError(`The action of the CloudFormation call "${operation}" is not known here.`);
}

/** Who one is may be asked by anybody. @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function stsPermissions(request: ServiceRequest): NamedPermission[] {
  const form = formOf(request);
  const [operation, role] = [form.get('Action'), form.get('RoleArn')];
  if (operation === 'GetCallerIdentity') return [];
  if (operation === 'AssumeRole' && role !== null) return [{ action: 'sts:AssumeRole', resource: role }];
  throw new UnknownActionError(`The action of the STS call "${operation}" is not known here.`);
}

const secretSchema = z.object({ SecretId: z.string() });

export function secretsPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request);
  if (operation === 'GetSecretValue' || operation === 'DescribeSecret' || operation === 'PutSecretValue') {
    const { SecretId } = jsonBody(request, secretSchema);
    const resource = SecretId.startsWith('arn:')
      ? SecretId
      : arn(facts, request, `secret:${SecretId}-??????`);
    return [{ action: `secretsmanager:${operation}`, resource }];
  }
  throw new UnknownActionError(`The action of the Secrets Manager call "${operation}" is not known here.`);
}

const parameterSchema = z.object({
  Name: z.string().optional(),
  Names: z.array(z.string()).optional(),
  Path: z.string().optional(),
});

export function parameterPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request) ?? '';
  const { Name, Names, Path } = jsonBody(request, parameterSchema);
  const names = Names ?? [Name ?? Path].filter((name) => name !== undefined);
  const isKnown = /^(Get|Put|Delete)Parameters?$|^GetParametersByPath$/.test(operation);
  if (!isKnown || names.length === 0) {
    throw new UnknownActionError(`The action of the SSM call "${operation}" is not known here.`);
  }
  return names.map((name) => ({
    action: `ssm:${operation}`,
    resource: arn(facts, request, `parameter/${name.replace(/^\//, '')}`),
  }));
}

const keySchema = z.object({
  KeyId: z.string(),
  EncryptionContext: z.record(z.string(), z.string()).optional(),
});

export function kmsPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request) ?? '';
  if (
    !/^(Encrypt|Decrypt|GenerateDataKey(WithoutPlaintext)?|DescribeKey|GenerateMac|VerifyMac)$/.test(
      operation,
    )
  ) {
    throw new UnknownActionError(`The action of the KMS call "${operation}" is not known here.`);
  }
  const { KeyId, EncryptionContext = {} } = jsonBody(request, keySchema);
  const resource = KeyId.startsWith('arn:') ? KeyId : arn(facts, request, `key/${KeyId}`);
  const keys = Object.entries(EncryptionContext).map(([name, value]) => [
    `kms:EncryptionContext:${name}`,
    value,
  ]);
  return [{ action: `kms:${operation}`, resource, keys: Object.fromEntries(keys) }];
}

/** Metrics have no resource. Calls come in the query, the JSON or the CBOR protocol, the last by its path. */
export function cloudWatchPermissions(request: ServiceRequest): NamedPermission[] {
  const ofPath = /\/operation\/([A-Za-z]+)$/.exec(request.path)?.[1];
  const operation = targetOperation(request) ?? ofPath ?? formOf(request).get('Action') ?? '';
  if (/^(PutMetricData|GetMetricData|GetMetricStatistics|ListMetrics|DescribeAlarms)$/.test(operation)) {
    return [{ action: `cloudwatch:${operation}`, resource: '*' }];
  }
  throw new UnknownActionError(`The action of the CloudWatch call "${operation}" is not known here.`);
}

const logSchema = z.object({ logGroupName: z.string(), logStreamName: z.string().optional() });

export function logsPermissions(request: ServiceRequest, facts: AccountFacts): NamedPermission[] {
  const operation = targetOperation(request) ?? '';
  const { logGroupName, logStreamName } = jsonBody(request, logSchema);
  const group = arn(facts, request, `log-group:${logGroupName}`);
  if (operation === 'PutLogEvents' || operation === 'GetLogEvents') {
    return [{ action: `logs:${operation}`, resource: `${group}:log-stream:${logStreamName}` }];
  }
  if (/^(CreateLogStream|CreateLogGroup|DescribeLogStreams|FilterLogEvents)$/.test(operation)) {
    return [{ action: `logs:${operation}`, resource: `${group}:*` }];
  }
  throw new UnknownActionError(`The action of the CloudWatch Logs call "${operation}" is not known here.`);
}
