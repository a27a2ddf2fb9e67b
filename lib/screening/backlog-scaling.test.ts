import { describe, expect, it } from 'vitest';
import { nameOf, resourceOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

interface Step {
  readonly MetricIntervalLowerBound?: number;
  readonly MetricIntervalUpperBound?: number;
  readonly ScalingAdjustment: number;
}

interface StepPolicy {
  readonly AdjustmentType: string;
  readonly StepAdjustments: readonly Step[];
}

const THRESHOLD = 1;
const { template } = synthesize({ maxWorkers: '3', backlogPerWorker: '100' });

function policyOf(id: string): StepPolicy {
  const policy = resourceOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy', `ScreeningScaling${id}`);
  return policy.properties.StepScalingPolicyConfiguration as StepPolicy;
}

/** Workers that a policy asks for at a backlog, as Application Auto Scaling chooses among steps. */
function workersAt(policy: StepPolicy, backlog: number): number | undefined {
  const above = backlog - THRESHOLD;
  return policy.StepAdjustments.find(
    ({ MetricIntervalLowerBound: lower = -Infinity, MetricIntervalUpperBound: upper = Infinity }) =>
      above >= lower && above < upper,
  )?.ScalingAdjustment;
}

describe('scaling by backlog', () => {
  it('asks for one worker per portion of the backlog, up to the most', () => {
    const policy = policyOf('Work');
    expect(policy.AdjustmentType).toBe('ExactCapacity');
    const asked = [1, 100, 101, 200, 201, 300, 301, 1_000_000].map((backlog) => workersAt(policy, backlog));
    expect(asked).toEqual([1, 1, 2, 2, 3, 3, 3, 3]);
  });

  it('asks for none when the backlog has been empty for ten minutes', () => {
    expect(policyOf('Rest').AdjustmentType).toBe('ExactCapacity');
    expect(workersAt(policyOf('Rest'), 0)).toBe(0);
    const { properties } = resourceOf(template, 'AWS::CloudWatch::Alarm', 'ScreeningScalingIdle');
    expect(properties).toMatchObject({
      Threshold: THRESHOLD,
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 10,
      TreatMissingData: 'ignore',
    });
  });

  it('counts what waits and what is being worked on, so that no worker is stopped over its last exams', () => {
    const { properties } = resourceOf(template, 'AWS::CloudWatch::Alarm', 'ScreeningScalingBacklog');
    const metrics = properties.Metrics as {
      Expression?: string;
      MetricStat?: { Metric: { MetricName: string; Dimensions: { Value: unknown }[] } };
    }[];
    expect(metrics.find(({ Expression }) => Expression !== undefined)?.Expression).toBe('waiting + inFlight');
    const stats = metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    expect(stats.map(({ MetricName }) => MetricName).sort()).toEqual([
      'ApproximateNumberOfMessagesNotVisible',
      'ApproximateNumberOfMessagesVisible',
    ]);
    for (const { Dimensions } of stats)
      expect(nameOf(Dimensions[0]?.Value)).toBe('HomeMessagingScreeningQueue');
  });

  it('reaches from zero to the most workers', () => {
    const target = resourceOf(template, 'AWS::ApplicationAutoScaling::ScalableTarget', 'ScreeningScaling');
    expect(target.properties).toMatchObject({ MinCapacity: 0, MaxCapacity: 3 });
  });
});
