import type { Counters, Log } from '../../core/ports/log.ts';
import {
  FINDING_KINDS,
  FINDING_NAMES,
  needsPerson,
  type Remedy,
} from '../../core/reconciliation/finding-kinds.ts';
import { type FindingCounts, waitingForPerson } from '../../core/reconciliation/findings.ts';
import { reconcile } from '../../core/reconciliation/reconcile.ts';
import type { StageName } from '../../core/reconciliation/stages/index.ts';
import type { ReconciledHome } from '../../core/reconciliation/sweep.ts';

export interface ReconcileDueOptions {
  readonly home: ReconciledHome;
  readonly log: Log;
  readonly counters: Counters;
  /** Stages that are done now, whether they are due or not. */
  readonly also?: readonly StageName[];
  /** Asked between two steps: `false` ends the call. */
  readonly mayGoOn: () => boolean;
  readonly now?: () => Date;
  /** Milliseconds by the clock that answers are remembered by; the time of day if left out. */
  readonly answersNow?: () => number;
}

/** How much was done of one remedy. */
function doneBy(counts: FindingCounts, remedy: Exclude<Remedy, 'shown'>): number {
  return FINDING_NAMES.filter((name) => FINDING_KINDS[name].remedy === remedy).reduce(
    (sum, name) => sum + (counts[name]?.done ?? 0),
    0,
  );
}

function tell(log: Log, counters: Counters, stage: StageName, looked: number, findings: FindingCounts): void {
  const found = Object.fromEntries(
    FINDING_NAMES.map((name) => [name, findings[name]?.found ?? 0]).filter(([, n]) => n !== 0),
  );
  log.info('Reconciled', { stage, looked, found });
  for (const name of FINDING_NAMES.filter(needsPerson)) {
    const count = findings[name];
    if (count === undefined) continue;
    const { what, person } = FINDING_KINDS[name];
    log.warn('The reconciler has found what waits for a person', {
      finding: name,
      what,
      remedy: person,
      found: count.found,
      examples: count.examples,
    });
  }
  counters.add('ReconciledStages', 1);
  counters.add('ReconciledSentAgain', doneBy(findings, 'sent-again'));
  counters.add('ReconciledRemoved', doneBy(findings, 'removed'));
  counters.add('ReconciledBroughtBack', doneBy(findings, 'brought-back'));
  counters.add('ReconciledNeedsPerson', waitingForPerson(findings));
}

/**
 * Does what is due of the reconciliation of everything, or goes on with what was begun.
 *
 * @returns `true` if it has come to its end
 * @throws ReconciliationBusyError if another does the same; what the ports throw
 */
export async function reconcileDue(options: ReconcileDueOptions): Promise<boolean> {
  const { home, log, counters, also = [], mayGoOn, now, answersNow } = options;
  const record = await reconcile({
    ...{ home, program: null, isDry: false, mayGoOn, now, answersNow },
    stages: { dueAnd: also },
    onStage(stage, { stages }) {
      const report = stages[stage];
      if (report !== undefined) tell(log, counters, stage, report.looked, report.findings);
    },
  });
  return record.run === null;
}
