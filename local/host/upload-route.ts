import type { Hono } from 'hono';
import { ChecksumMismatchError, InvalidInputError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports/index.ts';
import { UploadRefusedError } from '../errors.ts';
import { verifyPresignedUpload } from '../objects/presigned-upload.ts';

function statusOf(error: unknown): 400 | 403 | null {
  if (error instanceof UploadRefusedError) return 403;
  return error instanceof ChecksumMismatchError || error instanceof InvalidInputError ? 400 : null;
}

/** Takes presigned uploads as S3 does: no token but the signature, and the content must match its checksum. */
export function addUploadRoute(app: Pick<Hono, 'put'>, objects: ObjectStore, secret: Uint8Array): void {
  app.put('/objects/*', async (context) => {
    const { method, url, raw } = context.req;
    try {
      const upload = verifyPresignedUpload(secret, { method, url, headers: raw.headers }, Date.now());
      const content = new Uint8Array(await context.req.arrayBuffer());
      const stored = await objects.put(upload.key, content, upload);
      return context.body(null, 200, { 'x-amz-version-id': stored.versionId ?? '' });
    } catch (error) {
      const status = statusOf(error);
      if (status === null || !(error instanceof Error)) throw error;
      return context.text(error.message, status);
    }
  });
}
