import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventField } from 'aws-cdk-lib/aws-events';
import { above } from './alarm-thresholds.ts';
import { type EventWatch, tellEvents } from './event-watch.ts';

/** One night may end after the next one's copy: of two days without a copy, at least one night made none. */
const DAYS_WITHOUT = 2;

/**
 * Copies that fail, and copies that are never begun: a plan that does not run tells of no fault.
 *
 * @param vaultName the vault that they are kept in
 */
export function watchBackups(watch: EventWatch, vaultName: string): void {
  const state = EventField.fromPath('$.detail.state');
  const reason = EventField.fromPath('$.detail.statusMessage');
  const failed = tellEvents(watch, {
    id: 'BackupFailed',
    description: 'A copy of the exam table was not made',
    pattern: {
      source: ['aws.backup'],
      detailType: ['Backup Job State Change'],
      detail: { state: ['FAILED', 'ABORTED', 'EXPIRED'], backupVaultName: [vaultName] },
    },
    message: `A copy of the exam table was not made: ${state}, ${reason}. See docs/runbook.md#a-nightly-copy-fails`,
  });
  const made = new Metric({
    namespace: 'AWS/Backup',
    metricName: 'NumberOfBackupJobsCompleted',
    dimensionsMap: { BackupVaultName: vaultName },
    statistic: 'Sum',
    period: Duration.days(1),
  });
  watch.facade.monitorCustom({
    humanReadableName: 'Copies of the exam table',
    alarmFriendlyName: 'Backups',
    metricGroups: [
      {
        title: 'Not made',
        metrics: [
          {
            metric: failed,
            alarmFriendlyName: 'Failed',
            addAlarm: {
              Warning: above(
                0,
                'A nightly copy of the exam table failed, was stopped, or did not begin in time. The topic has told the reason.',
              ),
            },
          },
        ],
      },
      {
        title: 'Made by day',
        metrics: [
          {
            metric: made,
            alarmFriendlyName: 'Missing',
            addAlarm: {
              Critical: {
                threshold: 1,
                comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
                evaluationPeriods: DAYS_WITHOUT,
                datapointsToAlarm: DAYS_WITHOUT,
                treatMissingDataOverride: TreatMissingData.BREACHING,
                alarmDescriptionOverride:
                  'No copy of the exam table was made for two days. A new stack says so until its first night.',
              },
            },
          },
        ],
      },
    ],
  });
}
