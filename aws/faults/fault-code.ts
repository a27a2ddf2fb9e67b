/** What the SDK puts into its errors, whichever service they are of. */
interface SdkError extends Error {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Names by which the SDK says that an answer had no code: one to a HEAD never has. */
const NAMELESS = /^(Unknown|UnknownError|Error|S3ServiceException|\d{3})$/;

/** What a status means where AWS gives no code. */
const BY_STATUS: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  304: 'NotModified',
  400: 'BadRequest',
  403: 'AccessDenied',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/** The name of a fault, its status and its request. */
export interface FaultCode {
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** Whether AWS itself gave the name. */
  readonly isNamed: boolean;
}

/**
 * The name of an SDK's error: the service's, the status's where the service gave none, the network's where there was no
 * answer.
 */
export function faultCode(error: Error): FaultCode {
  const { $metadata, code, name } = error as SdkError;
  const { httpStatusCode: status, requestId } = $metadata ?? {};
  if (!NAMELESS.test(name)) return { code: name, status, requestId, isNamed: true };
  if (status === undefined && typeof code === 'string') {
    return { code, status, requestId, isNamed: true };
  }
  if (/region is missing/i.test(error.message)) {
    return { code: 'RegionMissing', status, requestId, isNamed: true };
  }
  const byStatus = status === undefined ? undefined : (BY_STATUS[status] ?? `HTTP${status}`);
  return { code: byStatus ?? name, status, requestId, isNamed: false };
}
