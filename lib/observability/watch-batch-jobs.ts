import { EventField } from 'aws-cdk-lib/aws-events';
import { above } from './alarm-thresholds.ts';
import { type EventWatch, tellEvents } from './event-watch.ts';

/**
 * Batch jobs that ended as failed, for whatever reason. The report of the population job says which exams lack a result;
 * this tells of it where no report comes.
 *
 * @param jobQueues ARNs
 */
export function watchBatchJobs(watch: EventWatch, jobQueues: readonly string[]): void {
  const name = EventField.fromPath('$.detail.jobName');
  const reason = EventField.fromPath('$.detail.statusReason');
  const failed = tellEvents(watch, {
    id: 'BatchJobFailed',
    description: 'A job of AWS Batch has failed',
    pattern: {
      source: ['aws.batch'],
      detailType: ['Batch Job State Change'],
      detail: {
        status: ['FAILED'],
        jobQueue: [...jobQueues],
        // Children of an array tell nothing that their parent does not.
        arrayProperties: { index: [{ exists: false }] },
      },
    },
    message: `The job ${name} of AWS Batch has failed: ${reason}. See docs/runbook.md#jobs-fail-in-aws-batch`,
  });
  watch.facade.monitorCustom({
    humanReadableName: 'Jobs of AWS Batch',
    alarmFriendlyName: 'BatchJobs',
    metricGroups: [
      {
        title: 'Failed',
        metrics: [
          {
            metric: failed,
            alarmFriendlyName: 'Failed',
            addAlarm: {
              Warning: above(
                0,
                'A job of AWS Batch has failed: exams that it was to screen have no new result. The topic has told its name and the reason.',
              ),
            },
          },
        ],
      },
    ],
  });
}
