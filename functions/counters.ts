import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Counters } from '../core/ports/log.ts';

/** Counters as CloudWatch metrics. They are flushed by the function's wrapper after each call. */
export function metricCounters(metrics: Metrics): Counters {
  return { add: (name, count) => metrics.addMetric(name, MetricUnit.Count, count) };
}
