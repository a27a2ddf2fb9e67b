import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PresignedUpload, UploadIntent } from '../../core/ports/index.ts';
import { UploadRefusedError } from '../errors.ts';

const METADATA_HEADER = 'x-amz-meta-';
const CHECKSUM_HEADER = 'x-amz-checksum-sha256';
const OBJECTS_PATH = '/objects/';

/** What a valid upload may store. The caller checks the content against `bytes` and `sha256`. */
export interface PermittedUpload {
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The parts of an HTTP request that carry a permission. */
export interface UploadRequest {
  readonly method: string;
  /** Path and query, or the whole URL. */
  readonly url: string;
  /** Names in any case. */
  readonly headers: Iterable<readonly [string, string]>;
}

/** Everything that the signature covers, in one unambiguous text. */
function signatureOf(secret: Uint8Array, upload: PermittedUpload, expires: number): string {
  const metadata = Object.entries(upload.metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const { key, sha256, bytes, contentType } = upload;
  const content = JSON.stringify(['PUT', key, sha256, bytes, contentType, metadata, expires]);
  return createHmac('sha256', secret).update(content).digest('hex');
}

function encodePath(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}

/**
 * Permits the holder of the answer to upload exactly this content under exactly this key, for a while: what a
 * presigned PUT is in S3, signed by HMAC-SHA-256.
 *
 * @param endpoint the host's address, as in `http://127.0.0.1:8080`
 * @param now milliseconds by the folder's clock
 */
export function presignUpload(
  secret: Uint8Array,
  endpoint: string,
  key: string,
  intent: UploadIntent,
  now: number,
): PresignedUpload {
  const expires = Math.floor(now / 1_000) + intent.expiresInSeconds;
  const query = new URLSearchParams({
    bytes: String(intent.bytes),
    expires: String(expires),
    signature: signatureOf(secret, { key, ...intent }, expires),
  });
  const metadata = Object.entries(intent.metadata).map(([name, value]) => [METADATA_HEADER + name, value]);
  return {
    method: 'PUT',
    url: `${endpoint.replace(/\/$/, '')}${OBJECTS_PATH}${encodePath(key)}?${query}`,
    headers: {
      'content-type': intent.contentType,
      [CHECKSUM_HEADER]: Buffer.from(intent.sha256, 'hex').toString('base64'),
      ...Object.fromEntries(metadata),
    },
  };
}

function keyOf(path: string): string {
  try {
    return path.startsWith(OBJECTS_PATH) ? decodeURIComponent(path.slice(OBJECTS_PATH.length)) : '';
  } catch (error) {
    throw new UploadRefusedError(`The upload's address "${path}" is malformed. Ask for a new one.`, {
      cause: error,
    });
  }
}

/** A URL would fold dot segments and so name another key than the one that was signed. */
function splitUrl(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const local = url.replace(/^https?:\/\/[^/]+/i, '');
  const [path = '', query = ''] = local.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

/**
 * Checks that an upload is the one that was permitted.
 *
 * @param now milliseconds by the folder's clock
 * @returns what may be stored. Its content must still be checked: `put` does so against `sha256`.
 * @throws UploadRefusedError if the permission is forged, changed or expired, or the announced length is another
 * @example
 * const upload = verifyPresignedUpload(secret, { method, url, headers: Object.entries(headers) }, home.clock.now());
 * await objects.put(upload.key, content, upload);
 */
export function verifyPresignedUpload(
  secret: Uint8Array,
  request: UploadRequest,
  now: number,
): PermittedUpload {
  const { path, query } = splitUrl(request.url);
  const headers = new Map([...request.headers].map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const metadata = [...headers].filter(([name]) => name.startsWith(METADATA_HEADER));
  const expires = Number(query.get('expires'));
  const upload: PermittedUpload = {
    key: keyOf(path),
    sha256: Buffer.from(headers.get(CHECKSUM_HEADER) ?? '', 'base64').toString('hex'),
    bytes: Number(query.get('bytes')),
    contentType: headers.get('content-type') ?? '',
    metadata: Object.fromEntries(
      metadata.map(([name, value]) => [name.slice(METADATA_HEADER.length), value]),
    ),
  };
  const given = Buffer.from(query.get('signature') ?? '', 'hex');
  const right = Buffer.from(signatureOf(secret, upload, expires), 'hex');
  if (request.method !== 'PUT' || given.length !== right.length || !timingSafeEqual(given, right)) {
    throw new UploadRefusedError(
      `The upload of "${upload.key}" is not the one that was permitted: its address or one of its headers was changed. Send it with the headers that came with the address.`,
    );
  }
  if (now >= expires * 1_000) {
    throw new UploadRefusedError(
      `The permission to upload "${upload.key}" ended ${Math.ceil(now / 1_000 - expires)} s ago. Ask for a new one.`,
    );
  }
  const length = headers.get('content-length');
  if (length !== undefined && Number(length) !== upload.bytes) {
    throw new UploadRefusedError(
      `The upload of "${upload.key}" announces ${length} bytes but ${upload.bytes} were permitted. Ask for a new address.`,
    );
  }
  return upload;
}
