import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { MonitoringFacade } from 'cdk-monitoring-constructs';
import { counterMetric } from './pipeline-metrics.ts';

/** The reconciler makes good what SQS forgets: that it works is watched as well. */
export function watchReconciliation(facade: MonitoringFacade): void {
  const day = Duration.days(1);
  const count = (name: string) => counterMetric('reconcile', name, day);
  const daily = { evaluationPeriods: 1, datapointsToAlarm: 1 };
  facade.monitorCustom({
    humanReadableName: 'Reconciliation',
    alarmFriendlyName: 'Reconciliation',
    metricGroups: [
      {
        title: 'Found by day',
        metrics: [
          count('ReconciledSentAgain'),
          count('ReconciledRemoved'),
          count('ReconciledBroughtBack'),
          {
            metric: count('ReconciledNeedsPerson'),
            alarmFriendlyName: 'NeedsPerson',
            addAlarm: {
              Warning: {
                ...daily,
                comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
                threshold: 0,
                treatMissingDataOverride: TreatMissingData.NOT_BREACHING,
                alarmDescriptionOverride:
                  'The reconciler has found what it cannot mend. See what, and what to do: retclip reconcile --dry-run',
              },
            },
          },
        ],
      },
      {
        title: 'Stages done by day',
        metrics: [
          {
            metric: count('ReconciledStages'),
            alarmFriendlyName: 'Down',
            addAlarm: {
              Critical: {
                ...daily,
                comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
                threshold: 1,
                treatMissingDataOverride: TreatMissingData.BREACHING,
                alarmDescriptionOverride:
                  'Nothing was reconciled for a day: what SQS forgets is lost until it is. Look at the log of the function reconcile and at its schedule.',
              },
            },
          },
        ],
      },
    ],
  });
}
