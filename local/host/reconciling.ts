import type { Counters, Log } from '../../core/ports/log.ts';
import type { StageName } from '../../core/reconciliation/stages/index.ts';
import { ReconciliationBusyError } from '../../core/reconciliation/stored-record.ts';
import type { ReconciledHome } from '../../core/reconciliation/sweep.ts';
import { reconcileDue } from '../../functions/reconcile/reconcile-due.ts';
import { RepeatedWork } from './repeated-work.ts';

export interface ReconcilingOptions {
  readonly home: ReconciledHome;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
  /** Milliseconds by the clock that answers are remembered by. */
  readonly answersNow: () => number;
  readonly pauseMilliseconds?: number;
}

/** It looks each hour what is due, as the schedule in AWS does. */
const PAUSE_MILLISECONDS = 3_600_000;
/** Done at every start besides what is due: what a crash or a restored folder has lost is found at once. */
const AT_START: readonly StageName[] = ['images', 'waiting-exams'];

/**
 * Reconciles a data folder while its host runs: at its start, and then by day and week, in steps between which requests
 * and photographs have their turn.
 */
export function reconciling(options: ReconcilingOptions): RepeatedWork {
  const { home, log, counters, now, answersNow, pauseMilliseconds = PAUSE_MILLISECONDS } = options;
  let also = AT_START;
  return new RepeatedWork({
    async round(signal) {
      const mayGoOn = () => !signal.aborted;
      try {
        await reconcileDue({ home, log, counters, also, mayGoOn, now, answersNow });
        also = [];
      } catch (error) {
        // Somebody calls for one at this moment: it does the same.
        if (!(error instanceof ReconciliationBusyError)) throw error;
        log.info('Somebody else reconciles at this moment', { reason: error.message });
      }
      return false;
    },
    pauseMilliseconds,
    onFault: (reason) => log.error('Reconciling failed and is tried again', { reason }),
  });
}
