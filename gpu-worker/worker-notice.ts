import { z } from 'zod';

/** What a worker that runs as a child process tells its host. */
export const workerNoticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  // Its first exam is done.
  z.object({ kind: z.literal('worked') }),
  z.object({ kind: z.literal('cannot-start'), reason: z.string() }),
]);
export type WorkerNotice = Readonly<z.infer<typeof workerNoticeSchema>>;

/** Tells the host, where there is one. Resolves when it has been said. */
export function tellHost(notice: WorkerNotice): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(notice, undefined, undefined, () => resolve());
  });
}
