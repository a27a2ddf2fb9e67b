import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { MonitoringFacade } from 'cdk-monitoring-constructs';
import { TABLE_SCHEMA } from '../../aws/table/schema.ts';
import { above } from './alarm-thresholds.ts';

/** A table that grows refuses a few requests, which are sent again. Many, for a quarter of an hour, hold answers up. */
const MANY_REFUSED = { maxThrottledEventsThreshold: 100, evaluationPeriods: 3, datapointsToAlarm: 3 };

/** What is asked of the table (aws/table). DynamoDB counts its own faults by operation alone, and each is billed. */
export const TABLE_OPERATIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'DeleteItem',
  'TransactWriteItems',
] as const;

function refused(what: string, asked: 'reads' | 'writes') {
  return {
    Warning: {
      ...MANY_REFUSED,
      alarmDescriptionOverride: `${what} refuses ${asked}: more than 100 in each of three periods of five minutes. They are sent again; answers are late.`,
    },
  };
}

/** Requests at which DynamoDB itself failed, whatever was asked. */
function systemErrors(table: ITable): MathExpression {
  const period = Duration.minutes(5);
  const usingMetrics = Object.fromEntries(
    TABLE_OPERATIONS.map((Operation) => [
      `${Operation.charAt(0).toLowerCase()}${Operation.slice(1)}`,
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'SystemErrors',
        dimensionsMap: { TableName: table.tableName, Operation },
        statistic: 'Sum',
        period,
      }),
    ]),
  );
  const sum = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({
    expression: sum.join(' + '),
    label: 'Faults of DynamoDB',
    period,
    usingMetrics,
  });
}

/** Alarms on a table that refuses requests, by itself or by one of its indexes, and on one that fails. */
export function watchTable(facade: MonitoringFacade, table: ITable): void {
  facade.monitorDynamoTable({
    table,
    humanReadableName: 'Exam table',
    alarmFriendlyName: 'ExamTable',
    addReadThrottledEventsCountAlarm: refused('The exam table', 'reads'),
    addWriteThrottledEventsCountAlarm: refused('The exam table', 'writes'),
  });
  facade.monitorCustom({
    humanReadableName: 'Faults of the exam table',
    alarmFriendlyName: 'ExamTable',
    metricGroups: [
      {
        title: 'Faults of DynamoDB',
        metrics: [
          {
            metric: systemErrors(table),
            alarmFriendlyName: 'SystemErrors',
            addAlarm: {
              Warning: above(10, 'DynamoDB itself failed at more than ten requests in five minutes.'),
            },
          },
        ],
      },
    ],
  });
  for (const { name } of Object.values(TABLE_SCHEMA.indexes)) {
    facade.monitorDynamoTableGlobalSecondaryIndex({
      table,
      globalSecondaryIndexName: name,
      humanReadableName: `Index ${name}`,
      alarmFriendlyName: `ExamTable-${name}`,
      addReadThrottledEventsCountAlarm: refused(`The index ${name} of the exam table`, 'reads'),
      addWriteThrottledEventsCountAlarm: refused(`The index ${name} of the exam table`, 'writes'),
    });
  }
}
