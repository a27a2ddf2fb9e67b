import { Duration } from 'aws-cdk-lib';
import {
  AdjustmentType,
  MetricAggregationType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Ec2Service } from 'aws-cdk-lib/aws-ecs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/**
 * How long there must be nothing to do before the last worker stops. It follows from the simulation of the fleet, as
 * `backlogPerWorker` and `maxWorkers` of the settings do: docs/scale.md.
 */
export const IDLE_TIME = Duration.minutes(10);

export interface BacklogScalingProps {
  readonly service: Ec2Service;
  readonly queue: IQueue;
  readonly maxWorkers: number;
  /** Messages for each worker. */
  readonly backlogPerWorker: number;
  /** How long there must be nothing to do before the last worker stops. */
  readonly idleTime: Duration;
}

/**
 * As many workers as the backlog calls for: ⌈backlog / backlogPerWorker⌉, at most `maxWorkers`, none when idle.
 *
 * The number follows from the backlog alone, waiting and in flight, and not from the workers there are: so it works
 * from zero, where a backlog per running task is undefined, and workers that are still starting are not asked for twice.
 */
export class BacklogScaling extends Construct {
  readonly backlog: MathExpression;

  constructor(scope: Construct, id: string, props: BacklogScalingProps) {
    super(scope, id);
    const { service, queue, maxWorkers, backlogPerWorker, idleTime } = props;
    const target = new ScalableTarget(this, 'Target', {
      serviceNamespace: ServiceNamespace.ECS,
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      scalableDimension: 'ecs:service:DesiredCount',
      minCapacity: 0,
      maxCapacity: maxWorkers,
    });
    const minute = { statistic: 'Maximum', period: Duration.minutes(1) };
    this.backlog = new MathExpression({
      expression: 'waiting + inFlight',
      label: 'Backlog',
      period: Duration.minutes(1),
      usingMetrics: {
        waiting: queue.metricApproximateNumberOfMessagesVisible(minute),
        inFlight: queue.metricApproximateNumberOfMessagesNotVisible(minute),
      },
    });

    const work = this.#createAction('Work', target);
    for (let workers = 1; workers <= maxWorkers; workers += 1) {
      work.addAdjustment({
        adjustment: workers,
        // Bounds count from the alarm's threshold, which is one message.
        lowerBound: workers === 1 ? 0 : (workers - 1) * backlogPerWorker,
        upperBound: workers === maxWorkers ? undefined : workers * backlogPerWorker,
      });
    }
    this.#createAlarm('Backlog', work, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      alarmDescription: 'Exams wait for a GPU worker. Scales; nothing to do.',
    });

    const rest = this.#createAction('Rest', target);
    rest.addAdjustment({ adjustment: 0, upperBound: 0 });
    this.#createAlarm('Idle', rest, {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: idleTime.toMinutes(),
      alarmDescription: 'No exam waits. Stops the GPU workers; nothing to do.',
    });
  }

  #createAction(id: string, scalingTarget: ScalableTarget): StepScalingAction {
    return new StepScalingAction(this, id, {
      scalingTarget,
      adjustmentType: AdjustmentType.EXACT_CAPACITY,
      metricAggregationType: MetricAggregationType.MAXIMUM,
      cooldown: Duration.minutes(1),
    });
  }

  #createAlarm(
    id: string,
    action: StepScalingAction,
    props: Pick<AlarmProps, 'comparisonOperator' | 'evaluationPeriods' | 'alarmDescription'>,
  ): void {
    const alarm = new Alarm(this, id, {
      ...props,
      metric: this.backlog,
      threshold: 1,
      // SQS reports nothing of a queue that was not used for hours.
      treatMissingData: TreatMissingData.IGNORE,
    });
    alarm.addAlarmAction(new ApplicationScalingAction(action));
  }
}
