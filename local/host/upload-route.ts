import type { Hono } from 'hono';
import type { LocalHome } from '../home.ts';
import { verifyPresignedUpload } from '../objects/presigned-upload.ts';
import { withoutSilence } from './slow-sender.ts';

/** A sender on this machine that says nothing for so long has gone. */
const SILENCE_MILLISECONDS = 30_000;

/**
 * Takes presigned uploads as S3 does: no token but the signature, and the content must match its length and its checksum.
 * It goes to its file as it comes, and no further byte is read once it is too long.
 */
export function addUploadRoute(
  app: Pick<Hono, 'put'>,
  { objects, uploadSecret, clock }: Pick<LocalHome, 'objects' | 'uploadSecret' | 'clock'>,
  silenceMilliseconds = SILENCE_MILLISECONDS,
): void {
  app.put('/objects/*', async (context) => {
    const { method, url, raw } = context.req;
    try {
      const upload = verifyPresignedUpload(uploadSecret, { method, url, headers: raw.headers }, clock.now());
      const body = raw.body ?? new Blob([]).stream();
      const stored = await objects.putStream(upload.key, withoutSilence(body, silenceMilliseconds), upload);
      return context.body(null, 200, { 'x-amz-version-id': stored.versionId ?? '' });
    } catch (error) {
      // What was not read of it must not be taken for the next request.
      context.header('connection', 'close');
      throw error;
    }
  });
}
