import { UploadStalledError } from '../errors.ts';

/**
 * A body as it comes, given up when its sender is silent for too long. The time in which we are busy with what came does
 * not count.
 *
 * @throws UploadStalledError
 */
export async function* withoutSilence(
  body: ReadableStream<Uint8Array>,
  milliseconds: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { promise: silence, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new UploadStalledError(milliseconds)), milliseconds);
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) return;
        yield value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    // What is not read is not wanted any more.
    await reader.cancel().catch(() => undefined);
  }
}
