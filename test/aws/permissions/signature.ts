import type { IncomingMessage } from 'node:http';

/** What a signature says of its signer. */
export interface SignatureScope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

function scopeOf(credential: string): SignatureScope | undefined {
  const [accessKeyId, , region, service, end] = credential.split('/');
  if (accessKeyId === undefined || region === undefined || service === undefined) return undefined;
  return end === 'aws4_request' ? { accessKeyId, region, service } : undefined;
}

/**
 * The scope of a request's signature, version 4, in its header or in a presigned query.
 *
 * @returns `undefined` if it is not signed so
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export function signatureScope(
  { headers }: Pick<IncomingMessage, 'headers'>,
  query: URLSearchParams,
): SignatureScope | undefined {
  const ofHeader = /^AWS4-HMAC-SHA256\s.*?Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const credential = ofHeader ?? query.get('X-Amz-Credential') ?? undefined;
  return credential === undefined ? undefined : scopeOf(credential);
}
