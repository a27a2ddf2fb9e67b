import { randomUUID } from 'node:crypto';
import type { Decision, RolePrincipal } from './decide.ts';
import { header, type ServiceRequest } from './requests/service-request.ts';

/** An answer to a client. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How services write errors: S3's XML, the XML of the query protocol, and JSON by awsJson or by REST. */
function formOf(request: ServiceRequest): 's3' | 'query' | 'json' {
  if (request.service === 's3') return 's3';
  const type = header(request, 'content-type') ?? '';
  return type.includes('x-www-form-urlencoded') || request.query.has('Action') ? 'query' : 'json';
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Codes of one fault as each service spells it. */
interface Fault {
  readonly s3: string;
  readonly query: string;
  readonly json: string;
}

const DENIED: Fault = { s3: 'AccessDenied', query: 'AccessDenied', json: 'AccessDeniedException' };
const UNKNOWN_KEY: Fault = {
  s3: 'InvalidAccessKeyId',
  query: 'InvalidClientTokenId',
  json: 'UnrecognizedClientException',
};
const UNSIGNED: Fault = {
  s3: 'AccessDenied',
  query: 'MissingAuthenticationToken',
  json: 'MissingAuthenticationTokenException',
};

/** JSON services that answer 403; the older ones answer 400, SQS 403 with the code of the query protocol. */
const FORBIDDING = new Set(['batch', 'scheduler', 's3vectors', 'sqs']);

function answer(request: ServiceRequest, fault: Fault, message: string): Answer {
  const id = randomUUID();
  const form = formOf(request);
  if (form === 's3') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${fault.s3}</Code><Message>${escaped(message)}</Message><RequestId>${id}</RequestId><HostId>${id}</HostId></Error>`;
    const headers = { 'content-type': 'application/xml', 'x-amz-request-id': id, 'x-amz-id-2': id };
    return { status: 403, headers, body: request.method === 'HEAD' ? '' : body };
  }
  if (form === 'query') {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${fault.query}</Code><Message>${escaped(message)}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`;
    return { status: 403, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id }, body };
  }
  return {
    status: FORBIDDING.has(request.service) ? 403 : 400,
    headers: {
      'content-type': header(request, 'content-type') ?? 'application/json',
      'x-amzn-requestid': id,
      'x-amzn-errortype': fault.json,
      ...(request.service === 'sqs' ? { 'x-amzn-query-error': `${fault.query};Sender` } : {}),
    },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${fault.json}`, message, Message: message }),
  };
}

/**
 * The reason as IAM words it, by which its reader finds the policy that lacks or denies.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialText(
  request: ServiceRequest,
  { sessionArn }: RolePrincipal,
  { action, resource }: { readonly action: string; readonly resource: string },
  decision: Exclude<Decision, { readonly allowed: true }>,
): string {
  // SQS tells its actions in lower case, S3 its resources in quotation marks.
  const told = request.service === 'sqs' ? action.toLowerCase() : action;
  const where = request.service === 's3' && action.startsWith('s3:') ? `"${resource}"` : resource;
  const why = decision.explicit
    ? `with an explicit deny in a ${decision.kind} policy`
    : `because no ${decision.kind} policy allows the ${told} action`;
  return `User: ${sessionArn} is not authorized to perform: ${told} on resource: ${where} ${why}`;
}

/** The service's answer to who may not. */
export function deniedAnswer(request: ServiceRequest, message: string): Answer {
  return answer(request, DENIED, message);
}

/** The service's answer to an unknown key. */
export function unknownKeyAnswer(request: ServiceRequest): Answer {
  const message =
    request.service === 's3'
      ? 'The AWS Access Key Id you provided does not exist in our records.'
      : 'The security token included in the request is invalid.';
  return answer(request, UNKNOWN_KEY, message);
}

/** The service's answer to an unsigned request. */
export function unsignedAnswer(request: ServiceRequest): Answer {
  return answer(
    request,
    UNSIGNED,
    request.service === 's3' ? 'Access Denied' : 'Missing Authentication Token',
  );
}
