import type { JobKey } from '../../core/jobs/job-record.ts';

/**
 * What AWS Batch tells EventBridge at the end of a job.
 *
 * @see https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html
 */
export function jobEndedEvent({ program, job }: JobKey, status: 'SUCCEEDED' | 'FAILED'): string {
  return JSON.stringify({
    version: '0',
    'detail-type': 'Batch Job State Change',
    source: 'aws.batch',
    region: 'local',
    detail: { jobName: job, status, parameters: { program, job } },
  });
}
