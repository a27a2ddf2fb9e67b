import pLimit from 'p-limit';
import { screenedEvent } from '../../core/events/screened-event.ts';
import { applyResult, type ResultFate } from '../../core/exams/apply-result.ts';
import { requiredFields } from '../../core/exams/capture-protocol.ts';
import { currentImages } from '../../core/exams/exam-image.ts';
import { examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { ExamResult, ShadowResult } from '../../core/exams/exam-result.ts';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import { doubtsOf } from '../../core/exams/record-flags.ts';
import { reviewStateOf } from '../../core/exams/review-state.ts';
import { settleShard } from '../../core/jobs/shards/settle-shard.ts';
import { readQueueMessage, UnexpectedMessageError } from '../../core/messages/queue-message.ts';
import { renderImage } from '../../core/messages/render-image.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import type { ShardRescored } from '../../core/messages/shard-rescored.ts';
import { type DecisionInput, decisionIfLive } from '../../core/policies/decide-outcome.ts';
import { judgeFindings } from '../../core/policies/judge-findings.ts';
import type { OutcomePolicy } from '../../core/policies/outcome-policy.ts';
import { policyId } from '../../core/policies/policy-id.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { decidedResult } from '../../core/programs/decided-result.ts';
import type { ProgramSettings } from '../../core/programs/program-settings.ts';
import { updateExam } from '../../core/records/update-exam.ts';
import { consumeQueue, type QueueFunction } from '../consume-queue.ts';

export interface AggregateOptions {
  readonly home: Pick<Home, 'objects' | 'features' | 'exams' | 'events' | 'queues'>;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly counters: Counters;
  readonly now?: () => Date;
}

const FATE_COUNTERS = {
  applied: 'ExamScreened',
  duplicate: 'ResultDuplicate',
  superseded: 'ResultSuperseded',
} as const;

/** What heads in shadow found of the exam, and what its outcome would be by them. */
function shadowOf(
  policy: OutcomePolicy,
  { output, shadow }: ScreeningResult,
  seen: Pick<DecisionInput, 'doubts' | 'fields'>,
): ShadowResult | undefined {
  if (shadow === undefined) return undefined;
  const { heads, findings } = shadow;
  const { outcome } = decisionIfLive(policy, { ...output, ...seen }, heads, findings);
  const judged = judgeFindings(policy, { heads, eyes: output.eyes }, findings);
  return { heads, findings: judged, at: output.screenedAt, outcome, policy: policyId(policy) };
}

/** The answer to a request, by the program's policy and capture protocol. */
function resultOf(settings: ProgramSettings, message: ScreeningResult, record: ExamRecord): ExamResult {
  const { policy, captureProtocol } = settings;
  const seen = { doubts: doubtsOf(record), fields: requiredFields(captureProtocol) };
  return {
    ...decidedResult(settings, message.output, record),
    shadow: shadowOf(policy, message, seen),
  };
}

/**
 * Aggregation: decides each exam's outcome by its program's policy and writes it to the exam, exactly once. A result
 * that answers an older request changes nothing.
 */
export function createAggregate(options: AggregateOptions): QueueFunction {
  const { home, configuration, log, counters } = options;
  const now = options.now ?? (() => new Date());
  const { deadLetters } = home.queues.results;
  // One after the other: where the function is ended at its time, all but one of a batch's shards are done or not begun.
  const shards = pLimit(1);

  async function handleShard(message: ShardRescored): Promise<void> {
    const applied = await shards(() => settleShard(home, configuration, message, now));
    if (applied === null) counters.add('ResultDuplicate', 1);
    else counters.add('ExamRescored', applied);
  }

  /** Only an erasure removes records: features that the worker stored after it are erased too. */
  async function eraseLateFeatures({ exam, output }: ScreeningResult): Promise<void> {
    const { requestId, features } = output;
    if (features === null) return;
    await home.features.erase(features);
    await home.features.forget({ exam, requestId, place: features });
    counters.add('LateFeaturesErased', 1);
  }

  /**
   * Has the pictures made that a reader will ask for. They wait behind no photograph that has just come, nor does one
   * behind them: a reader who comes first asks for them at once.
   */
  async function render(record: ExamRecord): Promise<void> {
    if (reviewStateOf(record)?.stage == null) return;
    const images = LATERALITIES.flatMap((laterality) => currentImages(record.images, laterality));
    const messages = images.map((image) => ({
      body: JSON.stringify(renderImage(image)),
      group: record.program,
    }));
    await home.queues['bulk-preparation'].queue.send(messages);
  }

  async function handle(body: string): Promise<void> {
    const message = readQueueMessage(body);
    switch (message.schema) {
      case 'shard-rescored/1':
        return handleShard(message);
      case 'screening-result/2':
        return handleResult(message);
      default:
        throw new UnexpectedMessageError('aggregation', message.schema);
    }
  }

  async function handleResult(message: ScreeningResult): Promise<void> {
    const settings = await configuration.settings(message.exam.program);
    let fate = 'superseded' as ResultFate['fate'];
    const record = await updateExam(home, message.exam, (before) => {
      if (before === undefined) return undefined;
      const applied = applyResult(before, resultOf(settings, message, before), now(), settings.review);
      fate = applied.fate;
      return applied.record;
    });
    counters.add(FATE_COUNTERS[fate], 1);
    if (record === undefined) await eraseLateFeatures(message);
    if (fate === 'applied' && record?.result?.outcome === 'ungradable') counters.add('ExamUngradable', 1);
    if (fate === 'superseded' || record?.result == null) {
      log.info('A result answers no open request and changes nothing', { exam: examName(message.exam) });
      return;
    }
    // A duplicate announces its result again: the first attempt may have ended before it could.
    await home.events.publish([screenedEvent(message.exam, record.result)]);
    await render(record);
  }

  return consumeQueue({ source: 'results', deadLetters, log, counters, handle });
}
