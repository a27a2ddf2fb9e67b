import type { OpenAPIHono } from '@hono/zod-openapi';
import type { HonoRequest, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { reasonOf } from '../../core/errors.ts';
import type { ApiEnvironment } from './api-environment.ts';
import { ApiError } from './problem.ts';

/** The only media type of a request's body, and the only coding of its text. @see RFC 8259, 8.1 */
const MEDIA_TYPE = 'application/json';
const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Operations that a body belongs to, as `POST /v1/programs/:program/jobs`. */
function operationsWithBody(app: OpenAPIHono<ApiEnvironment>): ReadonlySet<string> {
  const operations = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route' || definition.route.request?.body?.required !== true) return [];
    const { method, path } = definition.route;
    return [`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`];
  });
  return new Set(operations);
}

function refuse(received: string): never {
  throw new ApiError(
    415,
    `Expected a body of type "${MEDIA_TYPE}" in UTF-8 but received ${received}. Send the header "Content-Type: ${MEDIA_TYPE}".`,
    { accept: MEDIA_TYPE },
  );
}

/** @throws ApiError 415 unless a body announces itself as JSON in UTF-8, uncompressed */
function checkType(contentType: string | undefined, contentEncoding: string | undefined): void {
  if (contentType === undefined) refuse('none');
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== MEDIA_TYPE) refuse(JSON.stringify(contentType.slice(0, 100)));
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const name = charset?.slice('charset='.length).replaceAll('"', '') ?? 'utf-8';
  if (!CHARSETS.has(name)) refuse(`the charset "${name.slice(0, 40)}"`);
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') {
    refuse(`the content coding "${contentEncoding.slice(0, 40)}"`);
  }
}

/** @throws ApiError 400 unless the bytes are JSON in UTF-8 */
function checkContent(content: ArrayBuffer): void {
  let text: string;
  try {
    text = UTF_8.decode(content);
  } catch {
    throw new ApiError(400, 'The body is not UTF-8, which JSON is written in. Convert it and send it again.');
  }
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ApiError(400, `The body is not JSON: ${reasonOf(error)}`);
  }
}

/** What has no body has no type: where a body may be left out, nothing is to be read by it. */
function withoutType(request: HonoRequest): void {
  if (request.header('content-type') === undefined) return;
  const headers = new Headers(request.raw.headers);
  headers.delete('content-type');
  request.raw = new Request(request.url, { method: request.method, headers });
}

/**
 * Every body of a request is JSON, whatever the operation: checked in one place, before any part of it is read.
 *
 * @throws ApiError 415 for another type, charset or coding; 400 for what is no JSON, or nothing where a body is needed
 */
export function jsonBodies(app: OpenAPIHono<ApiEnvironment>): MiddlewareHandler<ApiEnvironment> {
  let needing: ReadonlySet<string> | undefined;
  return async (context, next) => {
    const { req } = context;
    if (req.method === 'GET' || req.method === 'HEAD') return next();
    const content = await req.arrayBuffer();
    if (content.byteLength > 0) {
      checkType(req.header('content-type'), req.header('content-encoding'));
      checkContent(content);
      return next();
    }
    needing ??= operationsWithBody(app);
    if (needing.has(`${req.method} ${routePath(context, -1)}`)) {
      throw new ApiError(400, `The body is empty. This operation needs one of type "${MEDIA_TYPE}".`);
    }
    withoutType(req);
    return next();
  };
}
