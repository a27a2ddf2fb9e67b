import { type BatchClient, type JobSummary, ListJobsCommand } from '@aws-sdk/client-batch';
import type { BatchJobEnded } from '../../core/messages/batch-job-ended.ts';

/** What Batch says of an array whose children it says more of. */
const OF_CHILDREN = 'Array Child Job failed';

function reasonOfChild({ statusReason, container }: JobSummary): string | undefined {
  const parts = [
    statusReason,
    container?.reason,
    container?.exitCode === undefined ? undefined : `exit code ${container.exitCode}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('; ') || undefined;
}

/**
 * Why AWS Batch says that a job failed: for lack of capacity, because no instance fits it, by the exit code of its workers.
 *
 * @returns `undefined` of a job that succeeded
 * @example await batchFailure(client, detail) // 'Canceled by JobStateTimeLimit action due to reason: CAPACITY:…'
 */
export async function batchFailure(
  client: Pick<BatchClient, 'send'>,
  { status, jobId, statusReason, container, arrayProperties }: BatchJobEnded['detail'],
): Promise<string | undefined> {
  if (status === 'SUCCEEDED') return undefined;
  const own = reasonOfChild({ jobId, jobName: undefined, statusReason, container });
  if (jobId === undefined || arrayProperties?.size === undefined) return own;
  const { jobSummaryList = [] } = await client.send(
    new ListJobsCommand({ arrayJobId: jobId, jobStatus: 'FAILED' }),
  );
  const counts = new Map<string, number>();
  for (const child of jobSummaryList) {
    const reason = reasonOfChild(child);
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const children = [...counts].map(([reason, count]) =>
    count === 1 ? reason : `${reason} (${count} workers)`,
  );
  return children.length === 0 ? own : children.filter((reason) => reason !== OF_CHILDREN).join(' · ');
}
