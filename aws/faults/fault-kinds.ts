import type { FaultCode } from './fault-code.ts';

/** What kind of fault an error of AWS is, by which somebody knows what to do. */
export type FaultKind =
  | 'denied'
  | 'key'
  | 'bucket-missing'
  | 'resource-missing'
  | 'credentials-expired'
  | 'credentials-missing'
  | 'credentials-wrong'
  | 'clock'
  | 'throttled'
  | 'region-missing'
  | 'region-wrong'
  | 'unreachable'
  | 'aws-itself'
  | 'archived'
  | 'quota'
  /** AWS gave neither a name nor a text. */
  | 'unexplained'
  | 'other';

/**
 * Names of faults by their kind, of all services that the system calls.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
const NAMES: Readonly<Record<Exclude<FaultKind, 'unexplained' | 'other'>, RegExp>> = {
  denied:
    /^(AccessDenied(Exception)?|AllAccessDisabled|UnauthorizedOperation|NotAuthorized|Forbidden(Exception)?)$/,
  key: /^KMS|^Kms|^(DisabledException|KeyUnavailableException|InvalidKeyUsageException)$/,
  'bucket-missing': /^NoSuchBucket$/,
  'resource-missing':
    /^(ResourceNotFoundException|NotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue|NonExistentQueue|NotFound|NoSuchKey|NoSuchVersion)$/,
  'credentials-expired': /^(ExpiredToken(Exception)?|TokenRefreshRequired|RequestExpired)$/,
  'credentials-missing':
    /^(CredentialsProviderError|MissingAuthenticationToken(Exception)?|TokenProviderError)$/,
  'credentials-wrong':
    /^(InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidSignatureException|InvalidToken|IncompleteSignature|AuthFailure|NotSignedUp|OptInRequired)$/,
  clock: /^(RequestTimeTooSkewed|RequestInTheFuture)$/,
  throttled:
    /^(Throttl\w*|SlowDown|TooManyRequests(Exception)?|ProvisionedThroughputExceededException|RequestLimitExceeded|RequestThrottled\w*|RequestThrottledException|EC2ThrottledException|BandwidthLimitExceeded|PriorRequestNotComplete|TransactionInProgressException|OverLimit|KmsThrottled)$/,
  'region-missing': /^(RegionMissing|RegionError)$/,
  'region-wrong':
    /^(PermanentRedirect|Redirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException|TemporaryRedirect)$/,
  unreachable:
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+)$/,
  'aws-itself':
    /^(Internal(Error|Failure|ServerError|ServerException)|ServiceUnavailable(Exception)?|ServerException|BadGateway|GatewayTimeout|HTTP5\d\d)$/,
  archived: /^InvalidObjectState$/,
  quota:
    /^(ServiceQuotaExceededException|LimitExceeded(Exception)?|TooManyBuckets|ItemCollectionSizeLimitExceededException|QuotaExceeded)$/,
};

/** The order counts: a throttled key is throttled, not broken. */
const ORDER: readonly Exclude<FaultKind, 'unexplained' | 'other'>[] = [
  'throttled',
  'clock',
  'denied',
  'key',
  'bucket-missing',
  'resource-missing',
  'credentials-expired',
  'credentials-missing',
  'credentials-wrong',
  'region-missing',
  'region-wrong',
  'unreachable',
  'aws-itself',
  'archived',
  'quota',
];

/** @param message AWS's own words, which tell a clock's fault from a wrong key where the name does not */
export function faultKind(
  { code, isNamed }: Pick<FaultCode, 'code' | 'isNamed'>,
  message: string,
): FaultKind {
  const isKey = /^KMS/i.test(code) || /\bKMS\b|arn:aws[\w-]*:kms:/.test(message);
  const isClock = /signature expired|signature not yet current|time.*skew/i.test(message);
  if (isClock && !NAMES['credentials-expired'].test(code)) return 'clock';
  if (isKey && /Throttl|Rate exceeded/i.test(`${code} ${message}`)) return 'throttled';
  if (code === 'ValidationError' && /does not exist/.test(message)) return 'resource-missing';
  // A transaction tells why each of its items was refused in its text only.
  if (code === 'TransactionCanceledException' && /Throttling|ThroughputExceeded/.test(message))
    return 'throttled';
  const kind = ORDER.find((one) => NAMES[one].test(code)) ?? 'other';
  // S3 reports a key that is gone or disabled by a name of its own or as a bad request.
  if (kind === 'other' && isKey) return 'key';
  return kind === 'other' && !isNamed ? 'unexplained' : kind;
}

/** Kinds that pass by themselves. */
const PASSING: ReadonlySet<FaultKind> = new Set([
  'throttled',
  'unreachable',
  'aws-itself',
  'credentials-expired',
]);

export function isPassingKind(kind: FaultKind): boolean {
  return PASSING.has(kind);
}
