import type { BatchClient, JobSummary, ListJobsCommand } from '@aws-sdk/client-batch';
import { describe, expect, it } from 'vitest';
import { type BatchJobEnded, batchJobEndedSchema } from '../../core/messages/batch-job-ended.ts';
import { batchFailure } from './batch-failure.ts';

const PARAMETERS = { program: 'north', job: 'j1' };
const NO_CAPACITY =
  'Canceled by JobStateTimeLimit action due to reason: CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY';

function detailOf(detail: object): BatchJobEnded['detail'] {
  return batchJobEndedSchema.parse({ detail: { status: 'FAILED', parameters: PARAMETERS, ...detail } })
    .detail;
}

function listing(children: readonly Partial<JobSummary>[]) {
  const asked: unknown[] = [];
  const send = async (command: unknown) => {
    asked.push((command as ListJobsCommand).input);
    return { jobSummaryList: children };
  };
  return { client: { send } as unknown as Pick<BatchClient, 'send'>, asked };
}

describe('why AWS Batch says that a job failed', () => {
  it('is, of one worker, its own reason and exit code, and nobody else is asked', async () => {
    const { client, asked } = listing([]);
    const detail = detailOf({
      ...{ jobId: 'b1', statusReason: 'Essential container in task exited' },
      container: { exitCode: 78, image: 'worker' },
    });
    expect(await batchFailure(client, detail)).toBe('Essential container in task exited; exit code 78');
    expect(asked).toEqual([]);
  });

  it('is, of one worker that never began, that there was no instance', async () => {
    const detail = detailOf({ jobId: 'b1', statusReason: NO_CAPACITY, container: {} });
    expect(await batchFailure(listing([]).client, detail)).toBe(NO_CAPACITY);
  });

  it('is, of several workers, what each of the failed ones says, alike ones counted', async () => {
    const { client, asked } = listing([
      { statusReason: NO_CAPACITY },
      { statusReason: NO_CAPACITY },
      { statusReason: 'Host EC2 (instance i-1) terminated.', container: { exitCode: 137 } },
    ]);
    const array = { jobId: 'b1', statusReason: 'Array Child Job failed', arrayProperties: { size: 4 } };
    expect(await batchFailure(client, detailOf(array))).toBe(
      `${NO_CAPACITY} (2 workers) · Host EC2 (instance i-1) terminated.; exit code 137`,
    );
    expect(asked).toEqual([{ arrayJobId: 'b1', jobStatus: 'FAILED' }]);
  });

  it('is nothing of a job that succeeded', async () => {
    expect(await batchFailure(listing([]).client, detailOf({ status: 'SUCCEEDED' }))).toBeUndefined();
  });
});
