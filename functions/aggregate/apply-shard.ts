import pLimit from 'p-limit';
import { applyRescore, applyShadow, type RescoreFate } from '../../core/exams/apply-rescore.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult } from '../../core/exams/exam-result.ts';
import type { Finding } from '../../core/exams/finding.ts';
import { requestIdOf } from '../../core/exams/request-id.ts';
import { updateExam } from '../../core/exams/update-exam.ts';
import type { FailedExam } from '../../core/jobs/job-plan.ts';
import { LabelComparisons } from '../../core/jobs/label-comparison.ts';
import type { ShardReceipt } from '../../core/jobs/shard-receipt.ts';
import type { RescoredExamLine, ShardResults } from '../../core/messages/rescore-results.ts';
import { decideOutcome, outcomeIfLive } from '../../core/policies/decide-outcome.ts';
import { policyId } from '../../core/policies/outcome-policy.ts';
import type { DomainEvent, Home } from '../../core/ports/index.ts';
import type { ProgramSettings } from '../../core/programs/program-settings.ts';

/** Exams written side by side: one machine stores them in one transaction, DynamoDB takes them as single writes. */
const WRITES_AT_ONCE = 256;
const NO_RECORD = 'The exam was erased while the job ran.';

interface AppliedExam {
  readonly line: RescoredExamLine;
  readonly fate: RescoreFate | 'erased';
  /** The exam after and before, where this call wrote it. */
  readonly record: ExamRecord | undefined;
  readonly before: ExamResult | null;
}

/** What a shard's results led to. */
export interface AppliedShard {
  readonly receipt: ShardReceipt;
  readonly events: readonly DomainEvent[];
  readonly applied: number;
}

function findingsOf(results: ShardResults, line: RescoredExamLine): Finding[] {
  return results.columns.flatMap((column, index) => {
    const probability = line.probabilities[index] ?? null;
    if (probability === null) return [];
    return [{ ...column, probability, positive: probability >= column.threshold }];
  });
}

/**
 * Writes a shard's results to its exams, each on condition of its record, and adds up what became of them. Done twice,
 * the second time changes nothing.
 */
export async function applyShard(
  exams: Home['exams'],
  results: ShardResults,
  settings: ProgramSettings,
  now: () => Date,
): Promise<AppliedShard> {
  const limit = pLimit(WRITES_AT_ONCE);
  const id = policyId(settings.policy);
  const applied = await Promise.all(
    results.exams.map((line) => limit(() => applyExam(exams, results, line, settings, id, now))),
  );
  return {
    receipt: receiptOf(results, applied),
    events: results.shadow ? [] : eventsOf(results, applied),
    applied: applied.filter(({ fate }) => fate === 'applied').length,
  };
}

async function applyExam(
  table: Home['exams'],
  results: ShardResults,
  line: RescoredExamLine,
  { policy, review }: ProgramSettings,
  id: string,
  now: () => Date,
): Promise<AppliedExam> {
  const { program, job, model, preprocessing, heads, rescoredAt: at } = results;
  const key = { program, patient: line.patient, exam: line.exam };
  const findings = findingsOf(results, line);
  let fate: AppliedExam['fate'] = 'erased';
  let previous: ExamResult | null = null;
  const record = await updateExam(table, key, (before) => {
    if (before === undefined) return undefined;
    previous = before.result;
    if (before.result === null) {
      fate = 'superseded';
      return before;
    }
    const change = results.shadow
      ? applyShadow(before, line.base, {
          ...{ job, at, heads, findings, policy: id },
          outcome: outcomeIfLive(policy, before.result, heads, findings),
        })
      : applyRescore(
          before,
          line.base,
          {
            ...before.result,
            requestId: requestIdOf(key, imagesOf(before.result), { model, preprocessing, heads }),
            heads,
            findings,
            outcome: decideOutcome(policy, { eyes: before.result.eyes, findings }),
            policy: id,
            rescored: { job, at },
            shadow: undefined,
          },
          now(),
          review,
        );
    fate = change.fate;
    return change.record;
  });
  return { line, fate, record, before: previous };
}

function imagesOf({ eyes }: ExamResult) {
  return { left: eyes.left?.image ?? null, right: eyes.right?.image ?? null };
}

function receiptOf(results: ShardResults, applied: readonly AppliedExam[]): ShardReceipt {
  const counted = (fate: AppliedExam['fate']) => applied.filter((exam) => exam.fate === fate).length;
  const erased: FailedExam[] = applied
    .filter(({ fate }) => fate === 'erased')
    .map(({ line: { patient, exam } }) => ({ patient, exam, reason: NO_RECORD }));
  return {
    schema: 'shard-receipt/1',
    shard: results.shard,
    done: applied.length - erased.length,
    skipped: counted('same'),
    superseded: counted('superseded'),
    failed: [...results.failed, ...erased],
    moved: movedOf(results, applied),
    compared: results.shadow ? comparedOf(applied) : [],
    workerSeconds: results.workerSeconds,
    pricePerHour: results.pricePerHour,
  };
}

/** Outcomes before and after. Where an earlier delivery has written the exam, its history still tells. */
function movedOf(results: ShardResults, applied: readonly AppliedExam[]): ShardReceipt['moved'] {
  const counts = new Map<string, ShardReceipt['moved'][number]>();
  for (const { fate, record, before } of applied) {
    if (record?.result == null || (fate !== 'applied' && fate !== 'repeated')) continue;
    const { result, history } = record;
    const former = fate === 'applied' ? before : history[0];
    const from = results.shadow ? result.outcome : former?.outcome;
    const to = results.shadow ? result.shadow?.outcome : result.outcome;
    if (from === undefined || to === undefined || from === to) continue;
    const known = counts.get(`${from} ${to}`);
    counts.set(`${from} ${to}`, { from, to, exams: (known?.exams ?? 0) + 1 });
  }
  return [...counts.values()];
}

/** Each label by the live heads and by the tried ones. */
function comparedOf(applied: readonly AppliedExam[]): ShardReceipt['compared'] {
  const comparison = new LabelComparisons();
  for (const { fate, record } of applied) {
    if (record?.result?.shadow === undefined || (fate !== 'applied' && fate !== 'repeated')) continue;
    comparison.add(record.result.findings, record.result.shadow.findings);
  }
  return comparison.labels();
}

/** A repeated delivery announces again: the first one may have ended before it could. */
function eventsOf(results: ShardResults, applied: readonly AppliedExam[]): DomainEvent[] {
  return applied.flatMap(({ line, fate, record }) => {
    if (record?.result == null || (fate !== 'applied' && fate !== 'repeated')) return [];
    const { patient, exam } = line;
    return [
      {
        type: 'ExamScreened' as const,
        id: `${record.result.requestId}.${results.job}`,
        at: results.rescoredAt,
        exam: { program: results.program, patient, exam },
        outcome: record.result.outcome,
      },
    ];
  });
}
