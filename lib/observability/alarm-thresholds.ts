import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { CustomThreshold } from 'cdk-monitoring-constructs';

/** An alarm that goes off above a threshold; where nothing is told, all is well. */
export function above(threshold: number, alarmDescriptionOverride: string): CustomThreshold {
  return {
    threshold,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingDataOverride: TreatMissingData.NOT_BREACHING,
    alarmDescriptionOverride,
  };
}
