import type { Call } from '../request-decision.ts';
import { header, type ServiceRequest, targetOperation } from './service-request.ts';

/** A request to a service as AWS bills it: one, whatever it carries. */
export interface SentRequest {
  /** Name of the role that signed it. */
  readonly role: string;
  /** Such as `s3`, `sqs`, `dynamodb`, `events`. */
  readonly service: string;
  /** Such as `SendMessageBatch`; of S3 the method and the permission, such as `PUT PutObject`, `HEAD GetObject`. */
  readonly operation: string;
  /** ARN of the first resource that it names. */
  readonly resource: string;
  /** Of its content, where that is read or declared. */
  readonly bytes: number;
}

/** Says what is sent. @param calls the permissions that it needed, the first of which is the operation's own */
export function sentRequest(request: ServiceRequest, role: string, calls: readonly Call[]): SentRequest {
  const { service, method, body } = request;
  const [{ action, resource } = { action: `${service}:unknown`, resource: '*' }] = calls;
  const permission = action.slice(action.indexOf(':') + 1);
  const operation = service === 's3' ? `${method} ${permission}` : (targetOperation(request) ?? permission);
  const bytes = body.length > 0 ? body.length : Number(header(request, 'content-length') ?? 0);
  return { role, service, operation, resource, bytes };
}
