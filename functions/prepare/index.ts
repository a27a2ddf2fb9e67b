import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsHome } from '../../aws/home.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { fetchBundle } from '../../model/bundle/fetch-bundle.ts';
import { metricCounters } from '../counters.ts';
import { fieldMetrics } from './field-metrics.ts';
import { ModelPreparers } from './model-preparer.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { createPrepare } from './prepare.ts';

const log = new Logger();
const metrics = new Metrics();
const home = awsHome(process.env);
const configuration = new Configuration(home.objects);
const cache = process.env.RETCLIP_CACHE ?? '/tmp/retclip-models';
/**
 * A call has 120 s for four photographs, two side by side, each tried twice: a file that outlasts its call would be
 * delivered again and again, with its neighbours, and buried without a reason.
 */
const PATIENCE_MILLISECONDS = 25_000;

const preparers = new ModelPreparers({
  patienceMilliseconds: PATIENCE_MILLISECONDS,
  bundleOf: ({ model }) => fetchBundle(home.objects, model.model, cache, { only: 'detector' }),
});
const parts = {
  home,
  configuration,
  preparerFor: preparers.preparerFor,
  hand: new OneAtATime(),
  log,
  counters: metricCounters(metrics),
  fields: fieldMetrics(new Metrics()),
};
const live = createPrepare({ ...parts, source: 'preparation' });
const bulk = createPrepare({ ...parts, source: 'bulk-preparation' });

/** The stack names the queue of jobs by its ARN. */
function isBulk({ Records }: SQSEvent): boolean {
  return Records[0]?.eventSourceARN === process.env.BULK_PREPARATION_QUEUE_ARN;
}

/** Lambda entry of preparation: called with messages of both queues, never of the two at once. */
export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  log.addContext(context);
  try {
    return await (isBulk(event) ? bulk : live)(event);
  } finally {
    metrics.publishStoredMetrics();
  }
};
