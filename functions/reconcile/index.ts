import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { awsHome } from '../../aws/home.ts';
import { ReconciliationBusyError } from '../../core/reconciliation/stored-record.ts';
import { metricCounters } from '../counters.ts';
import { goOnWithErasures } from './go-on-with-erasures.ts';
import { reconcileDue } from './reconcile-due.ts';
import { tellWaiting, waitingMetrics } from './tell-waiting.ts';

/** What is left of the time to write down where the run stands. */
const RESERVE_MILLISECONDS = 60_000;

const log = new Logger();
const metrics = new Metrics();
const home = awsHome(process.env);
const times = waitingMetrics(new Metrics());

/** Lambda entry of the reconciler: called each hour by EventBridge Scheduler; it goes on where the call before ended. */
export async function handler(_: unknown, context: Context): Promise<void> {
  log.addContext(context);
  const mayGoOn = () => context.getRemainingTimeInMillis() > RESERVE_MILLISECONDS;
  try {
    const parts = { home, log, counters: metricCounters(metrics), mayGoOn };
    // What is due does not wait for an erasure that fails, nor for what is told.
    await goOnWithErasures(parts)
      .finally(() => tellWaiting({ home, log, times }))
      .finally(() => reconcileDue(parts));
  } catch (error) {
    if (!(error instanceof ReconciliationBusyError)) throw error;
    log.info('Somebody else reconciles at this moment', { reason: error.message });
  } finally {
    metrics.publishStoredMetrics();
  }
}
