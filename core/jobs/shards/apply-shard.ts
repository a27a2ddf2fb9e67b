import pLimit from 'p-limit';
import type { HeadReference } from '../../activation/active-model.ts';
import { applyRescore, applyShadow, type RescoreFate } from '../../exams/apply-rescore.ts';
import { notedFields, requiredFields } from '../../exams/capture-protocol.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import type { ExamResult } from '../../exams/exam-result.ts';
import type { Field } from '../../exams/field.ts';
import type { ScoredFinding } from '../../exams/finding.ts';
import { imageOfLevel } from '../../exams/finding-image.ts';
import { doubtsOf } from '../../exams/record-flags.ts';
import { requestIdOf } from '../../exams/request-id.ts';
import { decideOutcome, decisionIfLive } from '../../policies/decide-outcome.ts';
import { judgeFindings } from '../../policies/judge-findings.ts';
import type { OutcomePolicy } from '../../policies/outcome-policy.ts';
import { policyId } from '../../policies/policy-id.ts';
import type { DomainEvent } from '../../ports/index.ts';
import type { ProgramSettings } from '../../programs/program-settings.ts';
import { type UpdatableHome, updateExam } from '../../records/update-exam.ts';
import { comparedShadows } from '../comparison/label-comparison.ts';
import { ERASED_EXAM, ERASED_NAME, type FailedExam } from '../job-plan.ts';
import type { RescoredExamLine, ShardResults } from '../rescore-results.ts';
import type { ShardReceipt } from '../shard-receipt.ts';

/** Exams written side by side: one machine stores them in one transaction, DynamoDB takes them as single writes. */
export const WRITES_AT_ONCE = 256;

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

function findingsOf(
  results: ShardResults,
  line: RescoredExamLine,
  { eyes }: Pick<ExamResult, 'eyes'>,
): ScoredFinding[] {
  const several = new Map(line.several?.map(({ column, ...said }) => [column, said]));
  return results.columns.flatMap((column, index) => {
    const probability = line.probabilities[index] ?? null;
    if (probability === null) return [];
    return [{ ...column, image: imageOfLevel(column.level, eyes), probability, ...several.get(index) }];
  });
}

/**
 * Writes a shard's results to its exams, each on condition of its record, and adds up what became of them. Done twice,
 * the second time changes nothing.
 */
export async function applyShard(
  home: UpdatableHome,
  results: ShardResults,
  settings: ProgramSettings,
  now: () => Date,
): Promise<AppliedShard> {
  const limit = pLimit(WRITES_AT_ONCE);
  const id = policyId(settings.policy);
  const applied = await Promise.all(
    results.exams.map((line) => limit(() => applyExam(home, results, line, { settings, id, now }))),
  );
  return {
    receipt: receiptOf(results, applied),
    events: results.shadow ? [] : eventsOf(results, applied),
    applied: applied.filter(({ fate }) => fate === 'applied').length,
  };
}

async function applyExam(
  home: UpdatableHome,
  results: ShardResults,
  line: RescoredExamLine,
  rule: { readonly settings: ProgramSettings; readonly id: string; readonly now: () => Date },
): Promise<AppliedExam> {
  const { id, now } = rule;
  const { policy, review, captureProtocol } = rule.settings;
  const fields = requiredFields(captureProtocol);
  const { program, job, heads, rescoredAt: at } = results;
  const key = { program, patient: line.patient, exam: line.exam };
  let fate: AppliedExam['fate'] = 'erased';
  let previous: ExamResult | null = null;
  const record = await updateExam(home, key, (before) => {
    if (before === undefined) return undefined;
    previous = before.result;
    if (before.result === null) {
      fate = 'superseded';
      return before;
    }
    const { result } = before;
    const findings = findingsOf(results, line, result);
    const change = results.shadow
      ? applyShadow(before, line.base, {
          ...{ job, at, heads, policy: id },
          findings: judgeFindings(policy, { heads, eyes: result.eyes }, findings),
          outcome: decisionIfLive(policy, { ...result, doubts: doubtsOf(before), fields }, heads, findings)
            .outcome,
        })
      : applyRescore(
          before,
          line.base,
          rescoredResult(results, { ...before, result }, { policy, id, fields }, findings),
          now(),
          review,
        );
    fate = change.fate;
    return change.record;
  });
  return { line, fate, record, before: previous };
}

/** The answer that the stored features give by other heads. */
function rescoredResult(
  { job, model, preprocessing, heads, rescoredAt: at }: ShardResults,
  record: ExamRecord & { readonly result: ExamResult },
  rule: { readonly policy: OutcomePolicy; readonly id: string; readonly fields: readonly Field[] },
  scored: readonly ScoredFinding[],
) {
  const { result, request } = record;
  const { policy, id, fields } = rule;
  const decision = decideOutcome(policy, {
    fields,
    eyes: result.eyes,
    heads,
    findings: scored,
    doubts: doubtsOf(record),
  });
  const work = {
    images: request?.images ?? [],
    contract: request?.contract ?? null,
    model: { model, preprocessing, heads },
  };
  return {
    ...result,
    requestId: requestIdOf(record, work),
    heads,
    findings: [...decision.findings],
    outcome: decision.outcome,
    policy: id,
    ...notedFields(fields),
    reasons: [...decision.reasons],
    flags: rescoredFlags(result.flags, heads, decision.flags),
    rescored: { job, at },
    shadow: undefined,
  };
}

/** What a decision says of its findings, and so does not outlive them. */
const DECIDED_FLAGS: ReadonlySet<string> = new Set(['policy-thresholds-not-applied', 'images-disagree']);

/** Flags about heads and policy are decided again; those about images stay. */
function rescoredFlags(
  before: readonly string[],
  heads: readonly HeadReference[],
  decided: readonly string[],
): string[] {
  const stay = before.filter(
    (flag) => !DECIDED_FLAGS.has(flag) && (flag !== 'features-only' || heads.length === 0),
  );
  return [...new Set([...stay, ...decided])];
}

function receiptOf(results: ShardResults, applied: readonly AppliedExam[]): ShardReceipt {
  const counted = (fate: AppliedExam['fate']) => applied.filter((exam) => exam.fate === fate).length;
  const erased: FailedExam[] = applied
    .filter(({ fate }) => fate === 'erased')
    .map(() => ({ ...ERASED_NAME, reason: ERASED_EXAM.problem }));
  return {
    schema: 'shard-receipt/1',
    shard: results.shard,
    done: applied.length - erased.length,
    skipped: counted('same'),
    superseded: counted('superseded'),
    failed: [...results.failed, ...erased],
    moved: movedOf(results, applied),
    ...(results.shadow ? comparedOf(applied) : { compared: [] }),
    workerSeconds: results.workerSeconds,
    pricePerHour: results.pricePerHour,
  };
}

/** Outcomes before and after. Where an earlier delivery has written the exam, its result still tells. */
function movedOf(results: ShardResults, applied: readonly AppliedExam[]): ShardReceipt['moved'] {
  const counts = new Map<string, ShardReceipt['moved'][number]>();
  for (const { fate, record, before } of applied) {
    if (record?.result == null || (fate !== 'applied' && fate !== 'repeated')) continue;
    const { result } = record;
    const former = fate === 'applied' ? before?.outcome : result.rescored?.from;
    const from = results.shadow ? result.outcome : former;
    const to = results.shadow ? result.shadow?.outcome : result.outcome;
    if (from === undefined || to === undefined || from === to) continue;
    const known = counts.get(`${from} ${to}`);
    counts.set(`${from} ${to}`, { from, to, exams: (known?.exams ?? 0) + 1 });
  }
  return [...counts.values()];
}

/** Each label by the live heads and by the tried ones. */
function comparedOf(applied: readonly AppliedExam[]): Pick<ShardReceipt, 'compared' | 'over'> {
  const written = applied.filter(({ fate }) => fate === 'applied' || fate === 'repeated');
  return comparedShadows(written.flatMap(({ record }) => record?.result ?? []));
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
