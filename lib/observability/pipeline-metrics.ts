import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { METRICS_NAMESPACE } from '../functions/bundled-function.ts';

/** A counter that a function writes, summed. */
export function counterMetric(service: string, metricName: string, period: Duration): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { service },
    statistic: 'Sum',
    period,
  });
}

/** For how long an exam has waited, in seconds, of all programs: the reconciler tells it each hour. */
export function longestWait(): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: 'OldestExamSeconds',
    dimensionsMap: { service: 'reconcile' },
    statistic: 'Maximum',
    period: Duration.hours(1),
  });
}

/** Exams whose number makes a rate worth an alarm. */
const FEWEST_EXAMS = 20;

/** Share of the exams screened in an hour that were ungradable, in percent; 0 where there were few. */
export function ungradableRate(): MathExpression {
  const period = Duration.hours(1);
  return new MathExpression({
    expression: `IF(FILL(screened, 0) >= ${FEWEST_EXAMS}, 100 * FILL(ungradable, 0) / screened, 0)`,
    label: 'Ungradable exams (%)',
    period,
    usingMetrics: {
      screened: counterMetric('aggregate', 'ExamScreened', period),
      ungradable: counterMetric('aggregate', 'ExamUngradable', period),
    },
  });
}

/** The largest share of macula-centred photographs that may be called discs by what was measured (docs/preparation.md). */
const MEASURED_DISC_SHARE = 0.0039;
/** Standard deviations above it that chance passes on one day in a hundred. */
const SURELY = 2.33;
const FEWEST_DISCS = 5;

/**
 * 1 on a day on which more photographs without a named field were seen as of the disc than the measured share can explain: the
 * normal approximation to a Poisson count, one-sided, and at least five of them.
 */
export function tooManyDiscs(): MathExpression {
  const period = Duration.days(1);
  const explained = `${MEASURED_DISC_SHARE} * FILL(unnamed, 0)`;
  return new MathExpression({
    expression: `IF(FILL(discs, 0) >= ${FEWEST_DISCS} AND FILL(discs, 0) > ${explained} + ${SURELY} * (${explained}) ^ 0.5, 1, 0)`,
    label: 'Seen as of the disc without a word, more than measured',
    period,
    usingMetrics: {
      unnamed: counterMetric('prepare', 'FieldUnnamed', period),
      discs: counterMetric('prepare', 'FieldUnnamedDisc', period),
    },
  });
}

/** 1 where messages wait and none is finished: no worker runs, or those that run get nothing done. */
export function nobodyWorks(queue: IQueue): MathExpression {
  const period = Duration.minutes(5);
  return new MathExpression({
    expression: 'IF(waiting > 0 AND finished < 1, 1, 0)',
    label: 'Exams wait and none is finished',
    period,
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum', period }),
      finished: queue.metricNumberOfMessagesDeleted({ statistic: 'Sum', period }),
    },
  });
}

/** Parts of the worker whose speed is shown: the slowest binds. */
const STAGES = ['Download', 'Inference', 'Publish'] as const;

/** Images for each second of one busy lane, stage by stage, averaged over the workers. */
export function stageRates(): readonly Metric[] {
  return STAGES.map(
    (stage) =>
      new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: `${stage}ImagesPerSecond`,
        dimensionsMap: { service: 'gpu-worker' },
        statistic: 'Average',
        period: Duration.minutes(5),
      }),
  );
}
