import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsHome } from '../aws/home.ts';
import type { Home } from '../core/ports/index.ts';
import type { Counters, Log } from '../core/ports/log.ts';
import { Configuration } from '../core/programs/configuration.ts';
import type { QueueFunction } from './consume-queue.ts';
import { metricCounters } from './counters.ts';

/** What a queue function is made from in either home. */
export interface QueueFunctionOptions {
  readonly home: Home;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
}

/** Makes the Lambda handler of a queue function: the AWS home by the environment, logs and metrics by Powertools. */
export function queueHandler(
  create: (options: QueueFunctionOptions) => QueueFunction,
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const logger = new Logger();
  const metrics = new Metrics();
  const home = awsHome(process.env);
  const consume = create({
    home,
    configuration: new Configuration(home.objects),
    log: logger,
    counters: metricCounters(metrics),
  });
  return async (event, context) => {
    logger.addContext(context);
    try {
      return await consume(event);
    } finally {
      metrics.publishStoredMetrics();
    }
  };
}
