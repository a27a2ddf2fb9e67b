import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { StageRates } from './stage-rates.ts';

/** Where a worker's figures go: regularly, and once more when it stops. */
export interface WorkerMetrics extends Counters {
  report(rates: StageRates): void;
}

/** Memory of the process in MiB: in all, of JavaScript objects, and of buffers beside them. */
function memory(): { readonly resident: number; readonly heap: number; readonly buffers: number } {
  const { rss, heapUsed, external } = process.memoryUsage();
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  return { resident: mebibytes(rss), heap: mebibytes(heapUsed), buffers: mebibytes(external) };
}

/** Figures as log lines, for one machine. */
export function loggedMetrics(log: Log): WorkerMetrics {
  const counts = new Map<string, number>();
  return {
    add: (name, count) => {
      counts.set(name, (counts.get(name) ?? 0) + count);
    },
    report: (rates) => {
      const taken = rates.take();
      if (taken.stages.length === 0 && counts.size === 0) return;
      log.info('Figures', { ...taken, counts: Object.fromEntries(counts), memory: memory() });
      counts.clear();
    },
  };
}

/** Figures as CloudWatch metrics in the embedded format, which logs carry, under the name of what screens. */
export function cloudWatchMetrics(serviceName: string): WorkerMetrics {
  const metrics = new Metrics({ serviceName });
  return {
    add: (name, count) => {
      if (count > 0) metrics.addMetric(name, MetricUnit.Count, count);
    },
    report: (rates) => {
      const { stages, batchFill } = rates.take();
      for (const { stage, imagesPerSecond } of stages) {
        const name = `${stage[0]?.toUpperCase()}${stage.slice(1)}ImagesPerSecond`;
        metrics.addMetric(name, MetricUnit.CountPerSecond, imagesPerSecond);
      }
      if (batchFill !== null) metrics.addMetric('BatchFill', MetricUnit.Percent, batchFill * 100);
      metrics.addMetric('ResidentMemory', MetricUnit.Megabytes, memory().resident);
      metrics.publishStoredMetrics();
    },
  };
}
