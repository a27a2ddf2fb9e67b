import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReconciliationRecord, ReconciliationRun } from './reconciliation-record.ts';
import type { Stage } from './stage.ts';
import { STAGE_NAMES, STAGES, type StageName } from './stages/index.ts';
import { type ReconciliationScope, StoredRecord } from './stored-record.ts';
import { measureWaiting, type ReconciledHome, Sweep, type Waiting } from './sweep.ts';

export interface ReconcileOptions extends ReconciliationScope {
  readonly home: ReconciledHome;
  /**
   * Which stages a run has that begins now: all, these only, or all that are due and these besides. A run that was cut
   * short goes on; those that are asked for besides are done before what is left of it.
   */
  readonly stages:
    | 'all'
    | { readonly only: readonly StageName[] }
    | { readonly dueAnd: readonly StageName[] };
  /** Asked between two steps: `false` ends the call, and the next one goes on there. */
  readonly mayGoOn: () => boolean;
  /** The time of day. */
  readonly now?: () => Date;
  /** Milliseconds by the clock that answers to requests are remembered by; the time of day if left out. */
  readonly answersNow?: () => number;
  /** Told of each stage that has come to its end. */
  readonly onStage?: (name: StageName, record: ReconciliationRecord) => void;
}

/** Steps after which it is written down where a run stands. */
const STEPS_KEPT = 20;

function isStage(name: string | undefined): name is StageName {
  return STAGE_NAMES.some((stage) => stage === name);
}

function isDue(record: ReconciliationRecord, name: StageName, now: Date): boolean {
  const last = record.stages[name]?.finishedAt;
  // A clock that was set back makes nothing wait for longer.
  return (
    last === undefined || Math.abs(now.getTime() - Date.parse(last)) >= STAGES[name].everySeconds * 1_000
  );
}

function stagesToBegin(options: ReconcileOptions, record: ReconciliationRecord, now: Date): StageName[] {
  const { program, stages } = options;
  return STAGE_NAMES.filter((name) => {
    if (program !== null && !STAGES[name].isOfOneProgram) return false;
    if (stages === 'all') return true;
    if ('only' in stages) return stages.only.includes(name);
    return stages.dueAnd.includes(name) || isDue(record, name, now);
  });
}

/** Those that a run that was cut short is to do besides. */
function stagesAsked({ program, stages }: ReconcileOptions): StageName[] {
  if (stages === 'all' || 'only' in stages) return [];
  return STAGE_NAMES.filter(
    (name) => stages.dueAnd.includes(name) && (program === null || STAGES[name].isOfOneProgram),
  );
}

function newRun(left: readonly StageName[], waiting: Waiting, now: Date): ReconciliationRun {
  const startedAt = now.toISOString();
  return {
    startedAt,
    left: [...left],
    waiting,
    stageStartedAt: null,
    position: null,
    looked: 0,
    findings: {},
  };
}

/** The run with the stages that are asked for in front, each from its beginning; the present one goes on behind them. */
function withAskedFirst(run: ReconciliationRun, asked: readonly StageName[]): ReconciliationRun {
  const isAsked = (name: string) => asked.some((one) => one === name);
  const [present, ...behind] = run.left;
  if (present === undefined) return run;
  const rest = behind.filter((name) => !isAsked(name));
  const { stageStartedAt, position, looked, findings } = run;
  if (stageStartedAt === null)
    return { ...run, left: [...asked, ...run.left.filter((name) => !isAsked(name))] };
  // What lies before its place was looked at when the run was cut short: it is looked at again.
  if (isAsked(present)) return { ...run, left: [present, ...asked, ...rest] };
  const progress = { startedAt: stageStartedAt, position, looked, findings };
  return {
    ...run,
    ...{ left: [...asked, present, ...rest], paused: { ...run.paused, [present]: progress } },
    ...{ stageStartedAt: null, position: null, looked: 0, findings: {} },
  };
}

/** A stage that was paused goes on where it stood. */
function resumed(run: ReconciliationRun, name: StageName): ReconciliationRun {
  const { [name]: progress, ...paused } = run.paused ?? {};
  if (run.stageStartedAt !== null || progress === undefined) return run;
  const { startedAt: stageStartedAt, ...standing } = progress;
  return { ...run, ...standing, stageStartedAt, paused };
}

function afterStage(record: ReconciliationRecord, run: ReconciliationRun, now: Date): ReconciliationRecord {
  const [name, ...left] = run.left;
  const report = {
    startedAt: run.stageStartedAt ?? run.startedAt,
    finishedAt: now.toISOString(),
    looked: run.looked,
    findings: run.findings,
  };
  const stages = isStage(name) ? { ...record.stages, [name]: report } : record.stages;
  const next = { ...run, left, stageStartedAt: null, position: null, looked: 0, findings: {} };
  return { ...record, stages, run: left.length === 0 ? null : next };
}

/** Where a stage stands; at its beginning where another release wrote it in a form that this one does not know. */
function positionOf(stage: Stage, run: ReconciliationRun): unknown {
  const parsed = stage.position.safeParse(run.position);
  return parsed.success ? parsed.data : stage.begin;
}

/**
 * Compares what the system has stored with what its records say, by the ports alone: the same in both homes. What neither
 * queue nor record speaks of any more is sent again, what nothing names is removed, what a person must look at is shown.
 *
 * It is done in small steps beside everything else that works on the home; a step that is repeated changes nothing. A call
 * may end between any two, and one that dies costs a few: the next call goes on.
 *
 * @returns what is known of the scope's reconciliations; `run` is `null` once the run has come to its end
 * @throws ReconciliationBusyError if somebody else does the same at the same time; what the ports throw
 * @example
 * await reconcile({ home, program: null, isDry: false, stages: { dueAnd: [] }, mayGoOn: () => true });
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconciliationRecord> {
  const { home, program, isDry, mayGoOn, onStage } = options;
  const now = options.now ?? (() => new Date());
  const answersNow = options.answersNow ?? (() => now().getTime());
  const stored = await StoredRecord.read(home.objects, options);
  if (stored.content.run === null) {
    const left = stagesToBegin(options, stored.content, now());
    if (left.length === 0) return stored.content;
    await stored.write({ ...stored.content, run: newRun(left, await measureWaiting(home), now()) });
  } else {
    const asked = stagesAsked(options);
    if (asked.length > 0) {
      const waiting = await measureWaiting(home);
      await stored.write({
        ...stored.content,
        run: { ...withAskedFirst(stored.content.run, asked), waiting },
      });
    }
  }
  let steps = 0;
  while (stored.content.run !== null) {
    const [name] = stored.content.run.left;
    if (!isStage(name)) {
      await stored.write(afterStage(stored.content, stored.content.run, now()));
      continue;
    }
    const run = resumed(stored.content.run, name);
    const stage = STAGES[name];
    const { waiting, findings, looked } = run;
    const sweep = new Sweep({
      ...{ home, program, now: now(), isDry, waiting, findings, looked },
      answersNow: answersNow(),
    });
    const stageStartedAt = run.stageStartedAt ?? now().toISOString();
    let position: unknown = positionOf(stage, run);
    const standing = (): ReconciliationRun => ({
      ...run,
      ...{ stageStartedAt, position, looked: sweep.looked, findings: sweep.findings },
    });
    while (position !== null) {
      if (!mayGoOn()) {
        await stored.write({ ...stored.content, run: standing() });
        return stored.content;
      }
      position = await stage.step(sweep, position);
      steps += 1;
      // One machine's home answers without waiting: others must have their turn.
      await nextTurn();
      if (position !== null && steps % STEPS_KEPT === 0)
        await stored.write({ ...stored.content, run: standing() });
    }
    await stored.write(afterStage(stored.content, standing(), now()));
    onStage?.(name, stored.content);
  }
  return stored.content;
}
