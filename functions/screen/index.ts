import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsHome } from '../../aws/home.ts';
import type { ScreeningQueue } from '../../core/messages/queues.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { cloudWatchMetrics } from '../../screening/metrics/worker-metrics.ts';
import { readLaneSetting } from '../screening-queue.ts';
import { messagesOf } from '../sqs-messages.ts';
import { LaneScreening } from './lane-screening.ts';
import { createScreenBatch } from './screen-batch.ts';

const log = new Logger();
const metrics = cloudWatchMetrics('screen');
const home = awsHome(process.env);
const screening = new LaneScreening({
  home,
  configuration: new Configuration(home.objects),
  setting: readLaneSetting(process.env),
  cache: process.env.RETCLIP_CACHE ?? '/tmp/retclip-models',
  log,
  counters: metrics,
});
const screenBatch = createScreenBatch({ home, screening, log, counters: metrics });

/** A stack without GPU workers has the function take what was sent to their queue. It names that queue by its ARN. */
function sourceOf({ Records }: SQSEvent): ScreeningQueue {
  return Records[0]?.eventSourceARN === process.env.SCREENING_QUEUE_ARN ? 'screening' : 'live-screening';
}

/** Lambda entry of the live lane: called with screening requests of one queue. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  log.addContext(context);
  try {
    const again = await screenBatch({
      source: sourceOf(event),
      messages: messagesOf(event),
      milliseconds: context.getRemainingTimeInMillis(),
    });
    return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    if (screening.rates !== undefined) metrics.report(screening.rates);
  }
};
